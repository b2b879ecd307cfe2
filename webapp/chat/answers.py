"""The answers that one socket follows: a task each, from the hub to the socket."""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Collection
from contextlib import aclosing

from webapp.generation.events import Event
from webapp.generation.hub import get_hub

logger = logging.getLogger(__name__)

MAX_FOLLOWED = 32  # by one socket; a page shows a handful at most


class Answers:
    """Plain tasks, not the channel layer: it would drop what it cannot hold.

    A task waits for the socket to take each event, and the hub keeps a bounded number
    for it meanwhile, so a slow reader costs no memory.
    """

    def __init__(self, deliver: Callable[[Event], Awaitable[None]]) -> None:
        self._deliver = deliver
        self._tasks: dict[uuid.UUID, asyncio.Task[None]] = {}

    def is_followed(self, generation_id: uuid.UUID) -> bool:
        return generation_id in self._tasks

    @property
    def is_full(self) -> bool:
        return len(self._tasks) >= MAX_FOLLOWED

    async def follow(self, generation_id: uuid.UUID, after: int | None = None) -> None:
        """From the token after `after`, or from a snapshot of everything."""
        await self.leave([generation_id])
        task = asyncio.create_task(self._pump(generation_id, after))
        self._tasks[generation_id] = task
        task.add_done_callback(lambda done: self._ended(generation_id, done))

    async def keep_only(self, generation_ids: Collection[uuid.UUID]) -> None:
        await self.leave([id for id in self._tasks if id not in generation_ids])

    async def leave(self, generation_ids: Collection[uuid.UUID]) -> None:
        tasks = [self._tasks.pop(id) for id in generation_ids if id in self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _pump(self, generation_id: uuid.UUID, after: int | None) -> None:
        watch = get_hub().watch(str(generation_id), after)
        async with aclosing(watch) as events:
            async for event in events:
                await self._deliver(event)

    def _ended(self, generation_id: uuid.UUID, task: asyncio.Task[None]) -> None:
        if self._tasks.get(generation_id) is task:
            del self._tasks[generation_id]
        if not task.cancelled() and (error := task.exception()):
            logger.error("following %s failed", generation_id, exc_info=error)
