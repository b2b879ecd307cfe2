"""Keeps what readers see true to the rows, also when no token comes."""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, cast

import redis.asyncio
from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from inference.contract import ModelState
from webapp.common.errors import NotFoundError
from webapp.common.redis import RedisError
from webapp.generation.channel import Channel
from webapp.generation.events import Failed, Finished, StateChanged
from webapp.generation.heartbeats import WorkerStatus, workers_alive_async
from webapp.generation.models import Generation
from webapp.generation.selectors import queue_position, statuses_merge
from webapp.generation.token_log import (
    END_MARK,
    Entry,
    entry_parse,
    stream_key,
    transcribe,
)
from webapp.generation.words import MODEL_BROKEN, NO_WORKER

log = logging.getLogger(__name__)

_TURN_SECONDS = 1.0
_SILENT_SECONDS = 0.9
Status = Generation.Status
_HEAVY = (
    "messages",
    "prompt_token_ids",
    "prefix_token_ids",
    "output_token_ids",
    "explanation",
)


class Reconciler:
    """Rows to channels. One query a turn, and only for what was silent."""

    def __init__(
        self, channels: Mapping[str, Channel], client: "redis.asyncio.Redis"
    ) -> None:
        self._channels = channels
        self.client = client
        self._called = asyncio.Event()

    def call(self) -> None:
        """Look now: some channel wants its row."""
        self._called.set()

    async def loop(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._called.wait(), _TURN_SECONDS)
            self._called.clear()
            try:
                await self._turn()
            except Exception:  # the database may be away for a while
                log.exception("the rows of what is watched could not be read")
                await asyncio.sleep(_TURN_SECONDS)

    async def load(self, channel: Channel, client: "redis.asyncio.Redis") -> None:
        """All of it, for the first who watches. Raises NotFoundError."""
        entries = await _entries(client, channel)
        workers = await _workers(client)
        rows = await _rows_load([channel.generation_id], workers)
        if not rows:
            raise NotFoundError(_("There is no such answer."))
        [(row, state)] = rows
        if entries:
            channel.last_id = _last_id(entries)
        # Rendering a long text takes a while; other readers must not wait for it.
        await sync_to_async(_load, thread_sensitive=False)(channel, row, entries)
        _deliver(channel, row, state)
        channel.is_loaded = True

    async def _turn(self) -> None:
        silent_since = time.monotonic() - _SILENT_SECONDS
        due = [
            channel
            for channel in self._channels.values()
            if channel.is_loaded
            and not channel.end
            and (channel.wants_row or channel.heard_at < silent_since)
        ]
        if not due:
            return
        workers = await _workers(self.client)
        rows = await _rows_load([channel.generation_id for channel in due], workers)
        by_id = {str(row.id): (row, state) for row, state in rows}
        for channel in due:
            if channel.generation_id in by_id:
                await self._reconcile(channel, *by_id[channel.generation_id])
            else:  # the row was purged: nothing more will come
                channel.finish(
                    Failed(channel.generation_id, channel.seq, "internal"), ""
                )

    async def _reconcile(
        self, channel: Channel, row: Generation, state: StateChanged | None
    ) -> None:
        if channel.wants_row and not row.is_finished:
            _catch_up(channel, await _entries(self.client, channel))
        channel.wants_row = False
        _deliver(channel, row, state)


async def _entries(client: "redis.asyncio.Redis", channel: Channel) -> list[Entry]:
    try:
        items: Any = await client.xrange(stream_key(channel.generation_id))
    except (RedisError, OSError):
        return []
    return [entry_parse(id, fields) for id, fields in items]


async def _workers(client: "redis.asyncio.Redis") -> list[WorkerStatus] | None:
    """None: Redis cannot be asked, so nobody knows."""
    try:
        return await workers_alive_async(client)
    except (RedisError, OSError):
        return None


def _last_id(entries: Sequence[Entry]) -> str:
    """From where to read on. An end is read again: the row may have come later."""
    last = entries[-1]
    return f"{last.seq}-{END_MARK - 1}" if last.is_end else last.id


def _load(channel: Channel, row: Generation, entries: Sequence[Entry]) -> None:
    channel.start(row.prefix)
    if not row.is_finished:
        _catch_up(channel, entries)


def _catch_up(channel: Channel, entries: Sequence[Entry]) -> None:
    streamed = transcribe(entries)
    channel.advance(seq=len(streamed.token_ids), text=streamed.text)


def _deliver(channel: Channel, row: Generation, state: StateChanged | None) -> None:
    if row.is_finished:
        channel.finish(_end(row), row.output)
        return
    if row.output_tokens > channel.seq:
        channel.advance(seq=row.output_tokens, text=row.output)
    if state:
        channel.state_set(state)


def _end(row: Generation) -> Finished | Failed:
    if row.status == Status.FAILED:
        return Failed(str(row.id), row.output_tokens, row.error_code, row.error_params)
    return Finished(
        generation_id=str(row.id),
        seq=row.output_tokens,
        finish_reason=row.finish_reason,
        output_tokens=row.output_tokens,
        tokens_per_second=tokens_per_second(row),
    )


def tokens_per_second(row: Generation) -> float:
    """From the first token to the end; 0 when there is nothing to measure."""
    if not row.first_token_at or not row.finished_at or row.output_tokens < 2:
        return 0.0
    seconds = (row.finished_at - row.first_token_at).total_seconds()
    return (row.output_tokens - 1) / seconds if seconds > 0 else 0.0


async def _rows_load(
    ids: Sequence[str], workers: Sequence[WorkerStatus] | None
) -> list[tuple[Generation, StateChanged | None]]:
    rows = await database_sync_to_async(_rows)(ids, workers)
    return cast("list[tuple[Generation, StateChanged | None]]", rows)


def _rows(
    ids: Sequence[str], workers: Sequence[WorkerStatus] | None
) -> list[tuple[Generation, StateChanged | None]]:
    lost = Q(status=Status.RUNNING, lease_expires_at__lt=Now())
    is_lost = ExpressionWrapper(lost, output_field=BooleanField())
    rows = Generation.objects.filter(id__in=ids).defer(*_HEAVY)
    return [
        (row, _state(row, workers, is_lost=bool(row.is_lost)))
        for row in rows.annotate(is_lost=is_lost)
    ]


def _state(
    row: Generation, workers: Sequence[WorkerStatus] | None, *, is_lost: bool
) -> StateChanged | None:
    """Where an unfinished one stands; None when nobody can tell."""
    id = str(row.id)
    if row.is_finished:
        return None
    if row.status == Status.RUNNING and not is_lost:
        return StateChanged(id, "running")
    if row.status == Status.RUNNING or row.started_at:
        return StateChanged(id, "resuming", _cause_of_wait(workers))
    if workers is None:
        return None
    return _queued_state(row, workers)


def _cause_of_wait(workers: Sequence[WorkerStatus] | None) -> dict[str, Any]:
    return {"cause": NO_WORKER} if workers == [] else {}


def _queued_state(row: Generation, workers: Sequence[WorkerStatus]) -> StateChanged:
    id = str(row.id)
    status = statuses_merge(workers).get(row.model)
    if status is None:
        return StateChanged(id, "unavailable", {"cause": NO_WORKER})
    if status.state is ModelState.FAILED:
        broken = {"cause": MODEL_BROKEN, "reason": status.reason}
        return StateChanged(id, "unavailable", broken)
    if status.state is ModelState.LOADING:
        return StateChanged(id, "loading", {"progress": status.progress})
    place = queue_position(row, workers)
    wait = place.wait_seconds
    details = {
        "position": place.position,
        "wait_seconds": None if wait is None else round(wait),
    }
    return StateChanged(id, "queued", details)
