"""Who may begin in this worker, and who must wait to be alone in it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

_LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Seat:
    """To be given back. Two wake-ups of one row hold two seats."""

    is_batch: bool = False
    is_alone: bool = False


class Seats:
    """The batch has a bound, and beside one who is alone nobody sits.

    Thread-safe. Who gets no seat stays queued, and is announced again.
    """

    def __init__(self, slots: int) -> None:
        self._changed = threading.Condition()
        self._taken: set[Seat] = set()
        self._is_reserved = False  # one is alone, or waits to be
        self._is_closed = False
        # The engine gives the batch all slots but a quarter. Twice as many wait in its
        # line, where people go before them: when one ends the next one is there, and
        # no slot is empty for as long as the database is asked, or has others to serve.
        self._most_batch = 3 * max(1, slots - max(1, slots // 4))

    def take(self) -> Seat | None:
        """At once, or not at all."""
        with self._changed:
            if self._is_closed or self._is_reserved:
                return None
            return self._sit(Seat())

    def take_batch(self) -> list[Seat]:
        """All that are free for the batch, once they are worth a look: while a few are
        the engine has enough."""
        with self._changed:
            taken = sum(seat.is_batch for seat in self._taken)
            free = self._most_batch - taken
            if self._is_closed or self._is_reserved or free < self._most_batch // 4:
                return []
            return [self._sit(Seat(is_batch=True)) for _ in range(free)]

    def take_alone(self, is_wanted: Callable[[], bool]) -> Seat | None:
        """Wait until all others have left; meanwhile nobody else is let in.

        So the wait is no longer than the longest answer that is running. None: another
        one waits to be alone, or `is_wanted`, asked now and then, says no.
        """
        with self._changed:
            if self._is_reserved:
                return None
            self._is_reserved = True
        seat = None
        try:
            while seat is None and not self._is_closed and is_wanted():
                seat = self._sit_when_empty()
        finally:
            if seat is None:
                self._open_again()
        return seat

    def give_back(self, seat: Seat) -> None:
        with self._changed:
            self._taken.discard(seat)
            self._changed.notify_all()
        if seat.is_alone:
            self._open_again()

    def close(self) -> None:
        """Nobody gets a seat any more, and who waits for one need not."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _sit(self, seat: Seat) -> Seat:
        self._taken.add(seat)
        return seat

    def _sit_when_empty(self) -> Seat | None:
        """None: not within this while."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._is_closed or not self._taken, _LOOK_SECONDS
            )
            if self._is_closed or self._taken:
                return None
            return self._sit(Seat(is_alone=True))

    def _open_again(self) -> None:
        with self._changed:
            self._is_reserved = False
