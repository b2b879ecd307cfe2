"""The memory of keys and values: a hard budget, and what goes when it is short."""

from collections.abc import Callable
from typing import Protocol, TypeVar

import psutil
import torch

_SHARE_OF_CPU = 0.25
_MOST_ON_CPU = 2 * 2**30
_SHARE_OF_CUDA = 0.85


def kv_bytes_default(device: torch.device) -> int:
    """A part of what is free now: the rest of the machine has its needs too."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0] * _SHARE_OF_CUDA)
    return min(int(psutil.virtual_memory().available * _SHARE_OF_CPU), _MOST_ON_CPU)


class Charged(Protocol):
    num_bytes: int


Item = TypeVar("Item", bound=Charged)


class KvMemory:
    """Counts what is taken, as the model says that it allocates.

    What nobody uses may be kept for later, until its room is needed: the least recently
    kept goes first.
    """

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.used = 0
        self._kept: dict[Charged, Callable[[], None]] = {}  # how each is thrown out
        self._kept_bytes = 0

    def charge(self, item: Charged, num_bytes: int) -> None:
        """From now on it takes so much."""
        self.used += num_bytes - item.num_bytes
        item.num_bytes = num_bytes

    def keep(self, item: Item, evict: Callable[[Item], None]) -> None:
        self._kept[item] = lambda: evict(item)
        self._kept_bytes += item.num_bytes

    def unkeep(self, item: Charged) -> None:
        """Somebody uses it again; one that is not kept is left alone."""
        if self._kept.pop(item, None):
            self._kept_bytes -= item.num_bytes

    def make_room(self, num_bytes: int) -> bool:
        """Throw out until so much is free; nothing, where that would not do."""
        if self.used - self._kept_bytes + num_bytes > self.budget:
            return False
        while self.used + num_bytes > self.budget:
            self._evict(next(iter(self._kept)))
        return True

    def evict_one(self, kind: type) -> bool:
        """The least recently kept of one kind; False where there is none."""
        oldest = next((item for item in self._kept if isinstance(item, kind)), None)
        if oldest is not None:
            self._evict(oldest)
        return oldest is not None

    def evict_all(self) -> bool:
        """False where there was nothing to throw out."""
        kept = list(self._kept)
        for item in kept:
            self._evict(item)
        return bool(kept)

    def num_kept(self, kind: type) -> int:
        return sum(isinstance(item, kind) for item in self._kept)

    def _evict(self, item: Charged) -> None:
        evict = self._kept[item]
        self.unkeep(item)
        evict()
