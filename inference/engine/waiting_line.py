"""Who waits, and whose turn it is."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator

from inference.engine.unit import Unit

_BATCH_TURN = 8  # so many interactive requests at most before a waiting batch request


class Lane:
    """The requests of one priority: people take turns, each in their own order.

    Those who had begun already go first, the oldest of them.
    """

    def __init__(self) -> None:
        self._returned: list[Unit] = []
        self._people: OrderedDict[str, deque[Unit]] = OrderedDict()

    def __iter__(self) -> Iterator[Unit]:
        yield from self._returned
        for units in self._people.values():
            yield from units

    def add(self, unit: Unit) -> None:
        self._people.setdefault(unit.group.person, deque()).append(unit)

    def add_first(self, unit: Unit) -> None:
        self._people.setdefault(unit.group.person, deque()).appendleft(unit)

    def put_back(self, unit: Unit) -> None:
        self._returned.append(unit)
        self._returned.sort(key=lambda unit: unit.arrival)

    def head(self) -> Unit | None:
        return next(iter(self), None)

    def remove(self, unit: Unit, *, is_turn: bool = False) -> None:
        """It leaves; having had a turn, its person goes behind the others."""
        if unit in self._returned:
            self._returned.remove(unit)
            return
        person = unit.group.person
        units = self._people[person]
        units.remove(unit)
        if not units:
            del self._people[person]
        elif is_turn:
            self._people.move_to_end(person)


class WaitingLine:
    """Interactive requests first, but a batch request is not overtaken for ever."""

    def __init__(self) -> None:
        self._interactive = Lane()
        self._batch = Lane()
        self._overtaken = 0  # by so many, since the last batch request began

    def __iter__(self) -> Iterator[Unit]:
        yield from self._interactive
        yield from self._batch

    def __bool__(self) -> bool:
        return self._interactive.head() is not None or self._batch.head() is not None

    def add(self, unit: Unit) -> None:
        self._lane(unit).add(unit)

    def add_first(self, unit: Unit) -> None:
        """Before all others of its person."""
        self._lane(unit).add_first(unit)

    def put_back(self, unit: Unit) -> None:
        """Before all others of its priority: it had begun."""
        self._lane(unit).put_back(unit)

    def head(self, may_join_batch: Callable[[Unit], bool]) -> Unit | None:
        """Whose turn it is; no batch request while batch work has all it may have."""
        interactive = self._interactive.head()
        batch = self._batch.head()
        if batch and not may_join_batch(batch):
            batch = None
        if interactive and batch and self._overtaken >= _BATCH_TURN:
            return batch
        return interactive or batch

    def take(self, unit: Unit) -> None:
        """Its turn has come."""
        if unit.group.is_batch:
            self._overtaken = 0
        elif self._batch.head():
            self._overtaken += 1
        self._lane(unit).remove(unit, is_turn=True)

    def remove(self, unit: Unit) -> None:
        self._lane(unit).remove(unit)

    def _lane(self, unit: Unit) -> Lane:
        return self._batch if unit.group.is_batch else self._interactive
