"""A process that costs nothing while there is nothing to do for it: training."""

import asyncio
import logging
from collections.abc import Callable

from django.db import connections

from webapp.launch.child import ProcessSpec
from webapp.launch.supervisor import Supervisor
from webapp.tuning.selectors import work_waits

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
IDLE_SECONDS = 60.0  # then it is ended; another job may follow at once


async def keep_on_demand(
    supervisor: Supervisor,
    spec: ProcessSpec,
    *,
    is_wanted: Callable[[], bool] | None = None,
    look_seconds: float = LOOK_SECONDS,
    idle_seconds: float = IDLE_SECONDS,
) -> None:
    """Start it when there is work, end it when there was none for a while; for ever."""
    idle_for = 0.0
    while True:
        if await asyncio.to_thread(is_wanted or _work_waits):
            idle_for = 0.0
            if not supervisor.is_kept(spec.name):
                supervisor.start(spec)
        elif supervisor.is_kept(spec.name):
            idle_for += look_seconds
            if idle_for >= idle_seconds:
                await supervisor.end(spec.name)
        await asyncio.sleep(look_seconds)


def _work_waits() -> bool:
    try:
        return work_waits()
    except Exception:  # a database that is away must not end the whole launcher
        log.exception("nobody knows whether there is something to train")
        return False
    finally:
        connections.close_all()  # the next look may come from another thread
