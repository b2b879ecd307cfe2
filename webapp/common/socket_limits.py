"""How much one person's sockets may ask of a web process."""

import time
import uuid
from collections import Counter
from collections.abc import Callable

FRAMES_PER_SECOND = 20
FRAMES_AT_ONCE = 60
MAX_SOCKETS_PER_PERSON = 20


class TokenBucket:
    """Allows `burst` at once and `rate` a second for ever."""

    def __init__(
        self,
        rate: float = FRAMES_PER_SECOND,
        burst: float = FRAMES_AT_ONCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._level = burst
        self._filled_at = clock()

    def take(self) -> bool:
        now = self._clock()
        gained = (now - self._filled_at) * self._rate
        self._level = min(self._burst, self._level + gained)
        self._filled_at = now
        if self._level < 1:
            return False
        self._level -= 1
        return True


class SocketCount:
    """The open sockets of each person in this process."""

    def __init__(self) -> None:
        self._open: Counter[uuid.UUID] = Counter()

    def enter(self, person_id: uuid.UUID) -> bool:
        if self._open[person_id] >= MAX_SOCKETS_PER_PERSON:
            return False
        self._open[person_id] += 1
        return True

    def leave(self, person_id: uuid.UUID) -> None:
        self._open[person_id] -= 1
        if self._open[person_id] <= 0:
            del self._open[person_id]


socket_count = SocketCount()
