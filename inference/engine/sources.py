"""What encoders have read: sources, shared by all who ask for the same."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from inference.engine.memory import KvMemory
from inference.models.slot_model import SlotModel

_Key = tuple[str, tuple[int, ...]]


@dataclass(slots=True, eq=False)
class Source:
    number: int  # the model's source slot
    owner: str
    token_ids: tuple[int, ...]
    num_users: int = 1
    num_bytes: int = 0  # charged to the budget
    is_encoded: bool = False


class SourceTable:
    """Gives source slots, and keeps them when nobody uses them, for the same owner."""

    def __init__(self, model: SlotModel, memory: KvMemory) -> None:
        self._model = model
        self._memory = memory
        self._free = list(range(model.num_slots))  # a heap: the lowest number first
        self._sources: dict[_Key, Source] = {}

    def open(self, owner: str, token_ids: tuple[int, ...]) -> Source | None:
        """Encoded already where this owner's was kept. None where there is no room."""
        if found := self._sources.get((owner, token_ids)):
            self._memory.unkeep(found)
            found.num_users += 1
            return found
        num_bytes = self._model.source_bytes(len(token_ids))
        has_number = self._free or self._memory.num_kept(Source)
        if not has_number or not self._memory.make_room(num_bytes):
            return None
        if not self._free:
            self._memory.evict_one(Source)
        source = Source(heapq.heappop(self._free), owner, token_ids)
        self._memory.charge(source, num_bytes)
        self._sources[owner, token_ids] = source
        return source

    def encode(self, sources: Sequence[Source]) -> None:
        """Let the model read them, all in one pass."""
        self._model.encode({source.number: source.token_ids for source in sources})
        for source in sources:
            source.is_encoded = True

    def close(self, source: Source, *, keep: bool) -> None:
        """One user less."""
        source.num_users -= 1
        if source.num_users:
            return
        if keep and source.is_encoded:
            self._memory.keep(source, self._release)
        else:
            self._release(source)

    def _release(self, source: Source) -> None:
        del self._sources[source.owner, source.token_ids]
        self._memory.charge(source, 0)
        heapq.heappush(self._free, source.number)
        self._model.free_source(source.number)
