"""Which models are ready: one look of a process for all of its sockets."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from dataclasses import replace
from weakref import WeakKeyDictionary

from asgiref.sync import sync_to_async

from webapp.generation.selectors import ModelOffer, models_offered

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2.0  # workers speak about once a second

Offers = tuple[ModelOffer, ...]


class ModelWatch:
    """Looks while anybody follows, in one event loop."""

    def __init__(self) -> None:
        self._changed = asyncio.Condition()
        self._offers: Offers | None = None
        self._num_followers = 0
        self._looking: asyncio.Task[None] | None = None

    async def follow(self) -> AsyncGenerator[Offers, None]:
        """How it is, and again when it is otherwise. A slow reader skips what has
        passed. Close it (contextlib.aclosing) to leave."""
        self._enter()
        told: Offers | None = None
        try:
            while True:
                async with self._changed:
                    await self._changed.wait_for(lambda: self._offers != told)  # noqa: B023  # awaited at once
                    told = self._offers
                assert told is not None
                yield told
        finally:
            self._leave()

    def _enter(self) -> None:
        self._num_followers += 1
        if self._looking is None:
            self._offers = None
            self._looking = asyncio.create_task(self._look_on(), name="model-watch")

    def _leave(self) -> None:
        self._num_followers -= 1
        if not self._num_followers and self._looking:
            self._looking.cancel()
            self._looking = None

    async def _look_on(self) -> None:
        while True:
            try:
                await self._look()
            except Exception:
                logger.exception("what the workers say of their models was not read")
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self) -> None:
        offers = await sync_to_async(_offers, thread_sensitive=False)()
        if offers != self._offers:
            async with self._changed:
                self._offers = offers
                self._changed.notify_all()


def _offers() -> Offers:
    """Without what changes all the time and is not shown."""
    return tuple(replace(offer, progress=0.0, reason="") for offer in models_offered())


_watches: "WeakKeyDictionary[asyncio.AbstractEventLoop, ModelWatch]" = (
    WeakKeyDictionary()
)


def get_model_watch() -> ModelWatch:
    """That of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _watches:
        _watches[loop] = ModelWatch()
    return _watches[loop]
