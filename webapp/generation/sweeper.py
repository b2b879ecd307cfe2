"""Finds what a lost worker or a lost message left behind. Runs every second.

Everything here may run twice at the same moment: each step is one conditional write.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from webapp.common.redis import RedisError, redis_client
from webapp.generation.dispatch import wake_ups_waiting, wake_worker
from webapp.generation.models import Generation
from webapp.generation.services import generation_requeue, generations_mark_woken
from webapp.generation.token_log import Transcribed, token_log_read

log = logging.getLogger(__name__)

_BATCH = 100
_ALIVE_KEY = "sweeper"
_ALIVE_SECONDS = 10
Status = Generation.Status


def sweep() -> None:
    """One turn."""
    lost_requeue()
    forgotten_wake()
    _say_alive()


def lost_requeue() -> int:
    """Rows whose worker let the lease run out: queued again, stopped or given up."""
    lost = Generation.objects.filter(
        status=Status.RUNNING, lease_expires_at__lt=Now()
    ).order_by("queued_at")[:_BATCH]
    return sum(_requeue(generation) for generation in lost)


def _requeue(generation: Generation) -> bool:
    token_ids, text = made_so_far(generation)
    is_requeued = generation_requeue(
        generation=generation, output=text, output_token_ids=token_ids
    )
    if is_requeued:
        log.warning(
            "%s lost its worker %s after %d tokens",
            *(generation.id, generation.worker, len(token_ids)),
        )
    return is_requeued


def made_so_far(generation: Generation) -> tuple[list[int], str]:
    """The longer of check-point and stream: what readers saw never changes."""
    streamed = _streamed(generation)
    if len(streamed.token_ids) > len(generation.output_token_ids):
        return list(streamed.token_ids), streamed.text
    return list(generation.output_token_ids), generation.output


def _streamed(generation: Generation) -> Transcribed:
    try:
        return token_log_read(generation_id=str(generation.id))
    except RedisError as error:
        log.warning("the stream of %s cannot be read: %s", generation.id, error)
        return Transcribed()


def forgotten_wake() -> int:
    """Queued rows whose wake-up was lost are announced again, the oldest first."""
    again = timedelta(seconds=settings.WAKE_AGAIN_SECONDS)
    told_long_ago = Q(woken_at=None) | Q(woken_at__lt=Now() - again)
    return sum(_wake_queue(queue, told_long_ago) for queue in Generation.Queue.values)


def _wake_queue(queue: str, told_long_ago: Q) -> int:
    waiting = Generation.objects.filter(status=Status.QUEUED, queue=queue)
    forgotten = list(waiting.filter(told_long_ago).order_by("queued_at")[:_BATCH])
    # While messages wait to be taken nothing was lost: the workers are busy.
    if not forgotten or _has_wake_ups(queue):
        return 0
    generations_mark_woken(ids=[generation.id for generation in forgotten])
    return sum(wake_worker(generation) for generation in forgotten)


def _has_wake_ups(queue: str) -> bool:
    try:
        return wake_ups_waiting(queue) > 0
    except RedisError:
        return True  # nobody could be told anyway


def model_wake(*, model: str) -> int:
    """A model became ready: what waits for it need not wait for the next sweep."""
    waiting = Generation.objects.filter(status=Status.QUEUED, model=model)
    woken = list(waiting.order_by("queued_at")[:_BATCH])
    generations_mark_woken(ids=[generation.id for generation in woken])
    return sum(wake_worker(generation) for generation in woken)


def queue_wake(*, queue: str, count: int = 1) -> None:
    """Slots of this queue became free: tell of those that wait longest."""
    waiting = Generation.objects.filter(status=Status.QUEUED, queue=queue)
    for generation in waiting.order_by("queued_at")[:count]:
        wake_worker(generation)


def sweeper_is_alive() -> bool:
    try:
        return bool(redis_client().exists(_ALIVE_KEY))
    except RedisError:
        return False


def _say_alive() -> None:
    try:
        redis_client().set(_ALIVE_KEY, "1", ex=_ALIVE_SECONDS)
    except RedisError as error:
        log.warning("Redis is away: %s", error)
