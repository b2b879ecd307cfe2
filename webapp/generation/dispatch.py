"""The only place that names a Celery task.

The message is a wake-up and carries the row's id alone. A lost one costs a few seconds:
the sweeper finds what is queued and was not claimed.
"""

import logging

from kombu.exceptions import OperationalError

from webapp.celery import app
from webapp.common.redis import RedisError, redis_client
from webapp.generation.models import Generation

log = logging.getLogger(__name__)

GENERATE_TASK = "inference.generate"
_EXPIRES_SECONDS = 60


def wake_worker(generation: Generation) -> bool:
    """Tell the workers that a row waits. Never raises, and never hangs."""
    try:
        # A quick look first: the broker's own connection is slower to give up.
        redis_client().ping()
        app.send_task(
            GENERATE_TASK,
            args=[str(generation.id)],
            queue=generation.queue,
            expires=_EXPIRES_SECONDS,
            ignore_result=True,
            retry=False,
        )
    except (RedisError, OperationalError, OSError) as error:
        log.warning("no worker was told of %s: %s", generation.id, error)
        return False
    return True


def wake_ups_waiting(queue: str) -> int:
    """Messages that no worker has taken yet."""
    length = redis_client().llen(queue)
    return int(length)  # type: ignore[arg-type]  # sync clients answer with a number
