"""Who runs in the next step."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from inference.engine.sequence import Sequence

HasRoom = Callable[[list[Sequence], Sequence], bool]


@dataclass(frozen=True, slots=True)
class Step:
    prefill: Sequence | None  # gets one chunk
    decode: list[Sequence]  # get one token each


class Scheduler:
    """Admits in order of arrival; takes turns chunk by chunk among the prompts.

    A long prompt therefore delays a short one by one chunk at a time, and running
    answers by one chunk a step.
    """

    def __init__(self, *, max_running: int, has_room: HasRoom) -> None:
        self._max_running = max_running
        self._has_room = has_room
        self._waiting: deque[Sequence] = deque()
        self._prefilling: deque[Sequence] = deque()
        self._running: list[Sequence] = []

    def __iter__(self) -> Iterator[Sequence]:
        """All of them, in any state."""
        yield from self._running
        yield from self._prefilling
        yield from self._waiting

    def find(self, request_id: str) -> Sequence | None:
        return next((s for s in self if s.id == request_id), None)

    @property
    def is_idle(self) -> bool:
        return not (self._waiting or self._prefilling or self._running)

    def add(self, sequence: Sequence) -> None:
        self._waiting.append(sequence)

    def remove(self, sequence: Sequence) -> None:
        for group in (self._waiting, self._prefilling, self._running):
            if sequence in group:
                group.remove(sequence)

    def clear(self) -> None:
        self._waiting.clear()
        self._prefilling.clear()
        self._running.clear()

    def schedule(self) -> Step:
        self._admit()
        decode = list(self._running)
        if not self._prefilling:
            return Step(prefill=None, decode=decode)
        self._prefilling.rotate(-1)
        return Step(prefill=self._prefilling[-1], decode=decode)

    def started(self, sequence: Sequence) -> None:
        """Its prompt is read: from now on it decodes."""
        self._prefilling.remove(sequence)
        self._running.append(sequence)

    def _admit(self) -> None:
        while self._waiting:
            active = [*self._running, *self._prefilling]
            is_full = len(active) >= self._max_running
            if is_full or not self._has_room(active, self._waiting[0]):
                return
            self._prefilling.append(self._waiting.popleft())
