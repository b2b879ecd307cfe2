"""Once a second: leases, stuck engines, broken models, and a sign of life."""

import logging
import os
import time
from collections.abc import Callable

from django.conf import settings

from inference.model_process.runtime_process import RuntimeProcess
from inference.runtime import Runtime
from inference.worker.job import Job
from inference.worker.jobs import Jobs
from inference.worker.loop import Loop
from webapp.common.exit_codes import EXIT_STUCK
from webapp.common.redis import RedisError
from webapp.generation.heartbeats import WorkerStatus, heartbeat_send
from webapp.generation.services import leases_renew

log = logging.getLogger(__name__)

_TURN_SECONDS = 1.0
_LEASE_PARTS = 5  # renewals in the life of a lease
_RETRY_MODELS_SECONDS = 30.0


class Keeper(Loop):
    """Says "I live" only after it has been all the way round."""

    def __init__(
        self,
        *,
        name: str,
        jobs: Jobs,
        runtime: Runtime | RuntimeProcess,
        on_lost_claim: Callable[[Job], None],
        exit_process: Callable[[int], None] = os._exit,
    ) -> None:
        seconds = min(_TURN_SECONDS, settings.LEASE_SECONDS / _LEASE_PARTS)
        super().__init__("keeper", seconds)
        self._name = name
        self._jobs = jobs
        self._runtime = runtime
        self._on_lost_claim = on_lost_claim
        self._exit_process = exit_process
        self._retry_models_at = time.monotonic() + _RETRY_MODELS_SECONDS

    def turn(self) -> None:
        self._watch_engine()
        self._renew_leases()
        self._retry_models()
        self._send_heartbeat()

    def _watch_engine(self) -> None:
        stands_for = time.monotonic() - self._runtime.last_step_at
        if len(self._jobs) and stands_for > settings.WATCHDOG_SECONDS:
            log.critical("the engine stands still for %.0f s: exiting", stands_for)
            self._exit_process(EXIT_STUCK)  # leases run out, others go on

    def _renew_leases(self) -> None:
        jobs = {job.generation_id: job for job in self._jobs}
        leases = leases_renew(claims=[(id, job.epoch) for id, job in jobs.items()])
        for id, lease in leases.items():
            if not lease.is_held:
                self._on_lost_claim(jobs[id])
            elif lease.is_cancel_requested:
                self._runtime.cancel(jobs[id].request_id)

    def _retry_models(self) -> None:
        if time.monotonic() >= self._retry_models_at:
            self._retry_models_at = time.monotonic() + _RETRY_MODELS_SECONDS
            self._runtime.retry()

    def _send_heartbeat(self) -> None:
        status = WorkerStatus(
            name=self._name,
            slots=settings.TANDEM_SLOTS,
            running=min(len(self._jobs), settings.TANDEM_SLOTS),  # others wait there
            models=tuple(self._runtime.statuses()),
        )
        try:
            heartbeat_send(status)
        except RedisError as error:
            log.warning("no heartbeat was sent: %s", error)
