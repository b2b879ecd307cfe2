"""The only place that names a Celery task.

The message is a wake-up and carries the row's id alone. A lost one costs a few seconds:
the sweeper finds what is queued and was not claimed.
"""

import logging

from django.conf import settings
from kombu.exceptions import OperationalError

from webapp.celery import app
from webapp.common.redis import RedisError, redis_client
from webapp.generation.models import Generation

log = logging.getLogger(__name__)

GENERATE_TASK = "inference.generate"
_EXPIRES_SECONDS = 60
_TOLD_MILLISECONDS = 500  # then a message may have been lost


def wake_worker(generation: Generation) -> bool:
    """Tell the workers that a row waits. Never raises, and never hangs."""
    return task_wake(
        GENERATE_TASK,
        str(generation.id),
        queue=generation.queue,
        expires=_EXPIRES_SECONDS,
    )


def end_tell(purpose: str) -> None:
    """Who started it may want to go on: settings.GENERATION_END_TASKS names the task
    of its purpose. Ends that come close together are one message, and a lost one is
    made good by whatever that task's app runs regularly."""
    task = settings.GENERATION_END_TASKS.get(purpose)
    if task and _is_first(task):
        task_wake(task, expires=_EXPIRES_SECONDS)


def end_tell_again(task: str) -> None:
    """The task has begun to look: ends from now on are told anew. Call it first."""
    try:
        redis_client().delete(_told_key(task))
    except RedisError as error:
        log.warning("%s: %s", task, error)


def _is_first(task: str) -> bool:
    try:
        client = redis_client()
        return bool(client.set(_told_key(task), "1", nx=True, px=_TOLD_MILLISECONDS))
    except RedisError:
        return True


def _told_key(task: str) -> str:
    return f"end-told:{task}"


def task_wake(
    task: str, *args: str, queue: str = "default", expires: float | None = None
) -> bool:
    """A message of ids alone. Never raises, and never hangs; False: nobody was told."""
    try:
        # A quick look first: the broker's own connection is slower to give up.
        redis_client().ping()
        app.send_task(
            task,
            args=list(args),
            queue=queue,
            expires=expires,
            ignore_result=True,
            retry=False,
        )
    except (RedisError, OperationalError, OSError) as error:
        log.warning("%s was not sent for %s: %s", task, ", ".join(args), error)
        return False
    return True


def wake_ups_waiting(queue: str) -> int:
    """Messages that no worker has taken yet."""
    length = redis_client().llen(queue)
    return int(length)  # type: ignore[arg-type]  # sync clients answer with a number
