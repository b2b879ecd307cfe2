"""Somebody who watches an answer in the test's own event loop, and notes everything."""

import asyncio
from typing import Self

from webapp.generation.events import (
    Event,
    Failed,
    Finished,
    Snapshot,
    StateChanged,
    TextDelta,
)
from webapp.generation.hub import get_hub


class Reader:
    """Reads one event at a time; a read that ran out of time loses none."""

    def __init__(self, generation_id: str, after: int | None = None) -> None:
        self._watched = get_hub().watch(generation_id, after)
        self._next: asyncio.Task[Event] | None = None
        self.events: list[Event] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._next:
            self._next.cancel()
            await asyncio.gather(self._next, return_exceptions=True)
        await self._watched.aclose()

    async def read(self, *, seconds: float = 30) -> bool:
        """The next event, if it comes in time."""
        if self._next is None:
            self._next = asyncio.ensure_future(anext(self._watched))
        done, _pending = await asyncio.wait({self._next}, timeout=seconds)
        if not done:
            return False
        task, self._next = self._next, None
        self.events.append(task.result())
        return True

    async def read_until_token(self, number: int) -> None:
        while self.seq < number:
            assert await self.read(), f"no token {number} came"

    async def read_to_end(self) -> None:
        while not self.is_finished:
            assert await self.read(), "nothing more came"

    @property
    def seq(self) -> int:
        return max((getattr(event, "seq", 0) for event in self.events), default=0)

    @property
    def is_finished(self) -> bool:
        return bool(self.events) and isinstance(self.events[-1], Finished | Failed)

    @property
    def states(self) -> list[str]:
        return [e.state for e in self.events if isinstance(e, StateChanged)]

    @property
    def deltas(self) -> list[TextDelta]:
        return [event for event in self.events if isinstance(event, TextDelta)]

    @property
    def snapshots(self) -> list[Snapshot]:
        return [event for event in self.events if isinstance(event, Snapshot)]

    @property
    def text(self) -> str:
        """The first snapshot's, which must be all open, and what came after it."""
        first = self.events[0]
        assert isinstance(first, Snapshot) and not first.blocks
        assert self.snapshots == [first], "what was shown was shown anew"
        return first.open_text + "".join(delta.text for delta in self.deltas)
