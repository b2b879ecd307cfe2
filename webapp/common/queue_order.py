"""The order in which a worker asks its queues."""

from collections.abc import Iterable

from kombu.utils.scheduling import priority_cycle

_FIRST = ("interactive", "batch", "default")


class InteractiveFirst(priority_cycle):  # type: ignore[type-arg]  # no generic
    """Nobody waits behind the batch. The broker keeps queues as a set, unordered."""

    def update(self, it: Iterable[str]) -> None:
        super().update(sorted(it, key=_rank))


def _rank(queue: str) -> int:
    return _FIRST.index(queue) if queue in _FIRST else len(_FIRST)
