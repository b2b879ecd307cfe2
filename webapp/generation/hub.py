"""The web side of the streams: one reader a process, however many people watch.

One task sits in one blocking XREAD for all generations that are watched here; another
looks once a second at the rows of those that were silent. The row is the truth: after
a gap, after Redis was wiped, and at every end, the text is taken from there.
"""

import asyncio
import logging
import uuid
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import redis.asyncio
from django.conf import settings

from webapp.common.redis import RedisError, redis_open_async
from webapp.generation.channel import Channel
from webapp.generation.events import Event, Failed, Finished
from webapp.generation.reconciler import Reconciler
from webapp.generation.token_log import entry_parse, stream_key

log = logging.getLogger(__name__)

_MOST_ENTRIES = 1_000  # of one stream in one read
_CONTROL_LIFE_SECONDS = 60
_RETRY_SECONDS = 0.2
_CANCEL_SECONDS = 0.1
_RETRY_MOST_SECONDS = 2.0

Errand = Callable[["redis.asyncio.Redis"], Coroutine[Any, Any, None]]


class Hub:
    """All generations watched in one event loop."""

    def __init__(self) -> None:
        self._control = f"hub:{uuid.uuid4().hex}"
        self._control_id = "0-0"
        self._channels: dict[str, Channel] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._errands: set[asyncio.Task[None]] = set()
        self._client = redis_open_async()
        self._reconciler = Reconciler(self._channels, self._client)

    async def watch(
        self, generation_id: str, after: int | None = None, *, is_plain: bool = False
    ) -> AsyncGenerator[Event, None]:
        """Everything from here to the end. Close it (contextlib.aclosing) to leave.

        is_plain: the text is no Markdown, and is never cut into blocks; all watchers of
        one generation say the same. Raises NotFoundError for an id that has no row.
        """
        channel = self._channel(str(generation_id), is_plain=is_plain)
        watcher = channel.watcher_add()
        try:
            await self._join(channel)
            watcher.begin(after)
            while True:
                event = await watcher.next()
                yield event
                if isinstance(event, Finished | Failed):
                    return
        finally:
            channel.watcher_remove(watcher)
            await self._leave(channel)

    def _channel(self, generation_id: str, *, is_plain: bool) -> Channel:
        if generation_id not in self._channels:
            channel = Channel(generation_id, is_plain=is_plain)
            self._channels[generation_id] = channel
        return self._channels[generation_id]

    async def _join(self, channel: Channel) -> None:
        self._start()
        await self._to_its_end(partial(self._load, channel))
        await self._to_its_end(self._call_reader)

    async def _load(self, channel: Channel, client: "redis.asyncio.Redis") -> None:
        """Once, though whoever asked for it may have left meanwhile."""
        async with channel.loading:
            if not channel.is_loaded:
                await self._reconciler.load(channel, client)

    async def _to_its_end(self, work: Errand) -> None:
        """Also if whoever waits for it leaves: redis-py swallows a cancellation while
        it connects, and must keep nobody here."""
        errand = asyncio.create_task(self._run(work, self._client))
        self._errands.add(errand)  # nobody else may hold it
        errand.add_done_callback(self._errands.discard)
        await asyncio.shield(errand)

    async def _run(self, work: Errand, client: "redis.asyncio.Redis") -> None:
        try:
            await work(client)
        finally:
            if not self._tasks or client is not self._client:
                # All left meanwhile, and it has opened a connection since.
                await client.aclose()

    async def _leave(self, channel: Channel) -> None:
        if channel.has_watchers:
            return
        if self._channels.get(channel.generation_id) is channel:
            del self._channels[channel.generation_id]
        if not self._channels:
            await self._stop()

    def _start(self) -> None:
        if not self._tasks:
            self._client = redis_open_async()
            self._reconciler.client = self._client
            self._tasks = [
                asyncio.create_task(self._read_loop(), name="hub-reader"),
                asyncio.create_task(self._reconciler.loop(), name="hub-reconciler"),
            ]

    async def _stop(self) -> None:
        """Nobody watches: no task, no connection."""
        tasks, self._tasks = self._tasks, []
        client = self._client
        try:
            for task in tasks:
                await _task_end(task)
        finally:
            await client.aclose()

    async def _call_reader(self, client: "redis.asyncio.Redis") -> None:
        """The reader may sit in a read that does not know the new stream yet."""
        with suppress(RedisError):  # it will look again by itself
            pipe = client.pipeline(transaction=False)
            pipe.xadd(self._control, {"new": "1"}, maxlen=8)
            pipe.expire(self._control, _CONTROL_LIFE_SECONDS)
            await pipe.execute()

    async def _read_loop(self) -> None:
        wait = _RETRY_SECONDS
        while True:
            try:
                self._take(await self._read())
                wait = _RETRY_SECONDS
            except (RedisError, OSError) as error:
                log.warning("reading the streams failed: %s", error)
                await asyncio.sleep(wait)
                wait = min(2 * wait, _RETRY_MOST_SECONDS)

    async def _read(self) -> Any:
        return await self._client.xread(
            {
                self._control: self._control_id,
                **{
                    stream_key(channel.generation_id): channel.last_id
                    for channel in self._channels.values()
                    if channel.is_loaded and not channel.end
                },
            },
            count=_MOST_ENTRIES,
            block=int(settings.REDIS_BLOCK_SECONDS * 1_000),
        )

    def _take(self, answer: Any) -> None:
        by_key = {stream_key(id): channel for id, channel in self._channels.items()}
        for key, items in answer or []:
            if key == self._control:
                self._control_id = items[-1][0]
            elif key in by_key:
                channel = by_key[key]
                channel.take([entry_parse(id, fields) for id, fields in items])
                if channel.wants_row:
                    self._reconciler.call()


async def _task_end(task: asyncio.Task[None]) -> None:
    """Once may not be enough: redis-py swallows a cancellation while it connects."""
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=_CANCEL_SECONDS)


_hubs: "WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = WeakKeyDictionary()


def get_hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
