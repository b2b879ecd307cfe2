"""A document in one web process: it hears hints, looks once, and tells all its pages.

Hints carry nothing and may be lost: it also looks by itself now and then.
"""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer

from webapp.common.frames import frame_encode
from webapp.common.redis import RedisError
from webapp.workspace.hints import document_group
from webapp.workspace.live.listener import Listener
from webapp.workspace.live.look import Look, look, presence_look
from webapp.workspace.live.writing_watch import WritingWatch
from webapp.workspace.row_types import Delta

log = logging.getLogger(__name__)

LOOK_SECONDS = 3.0  # at the latest, in case a hint was lost
PAUSE_SECONDS = 0.08  # between looks: what comes meanwhile is told together
DELTA_SECONDS = 0.04
RETRY_SECONDS = 0.5


Work = Callable[[], Awaitable[None]]


class Feed:
    """Of one document, while anybody listens."""

    def __init__(self, document_id: uuid.UUID, *, change: int) -> None:
        self._document_id = document_id
        self._change = change
        self._listeners: set[Listener] = set()
        self._look: Look | None = None
        self._presence = ""
        self._deltas: list[Delta] = []
        self._changed, self._moved = asyncio.Event(), asyncio.Event()
        self._written = asyncio.Event()
        self._writing = WritingWatch(self._delta)
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def change(self) -> int:
        """All until the document's change of this number has been told."""
        return self._change

    @property
    def has_listeners(self) -> bool:
        return bool(self._listeners)

    def enter(self, listener: Listener) -> None:
        self._listeners.add(listener)
        if not self._tasks:
            self._tasks = [
                asyncio.create_task(work, name=f"feed {self._document_id}")
                for work in (
                    self._hear(),
                    self._repeat(self._changed, self._look_on),
                    self._repeat(self._moved, self._look_around),
                    self._write_on(),
                )
            ]
        if self._look is not None:
            listener.put(self._look.progress_frame(listener.language))
        if self._presence:
            listener.put_text(self._presence)
        self._moved.set()

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)

    async def end(self) -> None:
        """Nobody listens: no task, no connection."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._writing.end()

    async def view(self, listener: Listener, segment_ids: frozenset[int]) -> None:
        """What this page shows now: what is being written of it so far comes first."""
        new = segment_ids - listener.view
        listener.view = segment_ids
        if standing := self._writing.standing(new):
            listener.put({"type": "deltas", "deltas": standing})
        await self._follow()

    # Hints

    async def _hear(self) -> None:
        layer = get_channel_layer()
        assert layer is not None
        # With the prefix of the sockets' own: the layer reads one prefix a process at a
        # time, and a channel of another waits until nothing comes on the first.
        channel = await layer.new_channel()
        group = document_group(self._document_id)
        try:
            while True:
                with suppress(RedisError, OSError):
                    await layer.group_add(group, channel)
                    self._changed.set()  # nothing is heard from before
                    self._moved.set()
                    while True:
                        self._hint((await layer.receive(channel))["type"])
                await asyncio.sleep(RETRY_SECONDS)
        finally:
            with suppress(RedisError, OSError):
                await layer.group_discard(group, channel)

    def _hint(self, kind: str) -> None:
        (self._moved if kind == "presence" else self._changed).set()

    async def _repeat(self, called: asyncio.Event, work: Work) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(called.wait(), LOOK_SECONDS)
            called.clear()
            try:
                await work()
            except Exception:  # the database may be away for a while
                log.exception("document %s could not be read", self._document_id)
                await asyncio.sleep(RETRY_SECONDS)
            await asyncio.sleep(PAUSE_SECONDS)

    # Looking

    async def _look_on(self) -> None:
        seen = await database_sync_to_async(look, thread_sensitive=False)(
            document_id=self._document_id, since=self._change
        )
        if seen is None:
            return
        self._look, self._change = seen, seen.change
        for language in {listener.language for listener in self._listeners}:
            texts = await database_sync_to_async(_texts, thread_sensitive=False)(
                seen, language
            )
            for listener in list(self._listeners):
                if listener.language == language:
                    for text in texts:
                        listener.put_text(text)
        await self._follow()

    async def _look_around(self) -> None:
        frame = await database_sync_to_async(presence_look, thread_sensitive=False)(
            document_id=self._document_id
        )
        text = frame_encode(frame)
        if text != self._presence:
            self._presence = text
            for listener in self._listeners:
                listener.put_text(text)

    # What is being written

    async def _follow(self) -> None:
        running = self._look.running if self._look else {}
        seen = frozenset[int]().union(*(each.view for each in self._listeners))
        await self._writing.follow(running, seen)

    def _delta(self, delta: Delta) -> None:
        self._deltas.append(delta)
        self._written.set()

    async def _write_on(self) -> None:
        """Some tokens of some segments make one frame."""
        while True:
            await self._written.wait()
            await asyncio.sleep(DELTA_SECONDS)
            self._written.clear()
            deltas, self._deltas = self._deltas, []
            for listener in self._listeners:
                seen = [one for one in deltas if one["segment"] in listener.view]
                if seen:
                    listener.put({"type": "deltas", "deltas": seen})


def _texts(seen: Look, language: str) -> list[str]:
    return [frame_encode(frame) for frame in seen.frames(language)]


class Feeds:
    """Of one event loop, by their documents."""

    def __init__(self) -> None:
        self._feeds: dict[uuid.UUID, Feed] = {}

    def enter(self, document_id: uuid.UUID, listener: Listener, *, change: int) -> Feed:
        """change: the document's, as it was read just now."""
        if document_id not in self._feeds:
            self._feeds[document_id] = Feed(document_id, change=change)
        feed = self._feeds[document_id]
        feed.enter(listener)
        return feed

    async def leave(self, document_id: uuid.UUID, listener: Listener) -> None:
        feed = self._feeds[document_id]
        feed.leave(listener)
        if not feed.has_listeners:
            del self._feeds[document_id]  # whoever comes now begins another one
            await feed.end()


_feeds: "WeakKeyDictionary[asyncio.AbstractEventLoop, Feeds]" = WeakKeyDictionary()


def get_feeds() -> Feeds:
    """Those of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _feeds:
        _feeds[loop] = Feeds()
    return _feeds[loop]
