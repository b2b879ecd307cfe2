"""Which slot of the model is whose."""

import heapq
import logging

from inference.engine.memory import KvMemory
from inference.engine.prefix_cache import Match, PrefixCache
from inference.engine.row import Row, Slot
from inference.models.slot_model import SlotModel

log = logging.getLogger(__name__)


class SlotTable:
    """Gives slots to rows, and keeps those of ended rows for whoever begins alike.

    Each is charged for the tokens that it has room for. Memory or numbers that are
    short are taken from kept slots; where that does not do, the answer is no and
    nothing has changed.
    """

    def __init__(self, model: SlotModel, memory: KvMemory) -> None:
        self._model = model
        self._memory = memory
        self._free = list(range(model.num_slots))  # a heap: the lowest number first
        self._prefixes = PrefixCache()

    def open(self, count: int, tokens: int) -> list[Slot] | None:
        """Empty slots with room for so many tokens each, or None."""
        num_bytes = self._model.slot_bytes(tokens)
        missing = count - len(self._free)
        if missing > 0 and missing > self._memory.num_kept(Slot):
            return None
        if not self._memory.make_room(count * num_bytes):
            return None
        while len(self._free) < count:
            self._memory.evict_one(Slot)
        return [self._open(num_bytes) for _ in range(count)]

    def open_for(self, row: Row, tokens: int, *, like: Row | None = None) -> bool:
        """A slot for the row, holding as much of its beginning as some slot has read.

        `like` is a row that begins with all tokens of this one. False where there is
        no room.
        """
        match = self._prefixes.find(row.tokens, row.chains)
        if like is not None and like.slot is not None:
            common = min(like.slot.length, len(row.tokens) - 1)
            if common > (match.length if match else 0):
                match = Match(like.slot, common)
        slot = self._open_like(match, tokens) if match else None
        if slot is None and (opened := self.open(1, tokens)):
            slot = opened[0]
        if slot is not None:
            self.bind(slot, row)
        return slot is not None

    def bind(self, slot: Slot, row: Row) -> None:
        """The slot is this row's; what it holds is how the row begins."""
        slot.tokens, slot.chains = row.tokens, row.chains
        row.slot = slot
        self._prefixes.note(slot)

    def reserve(self, slot: Slot, tokens: int) -> bool:
        """Room for so many tokens in a slot that may hold some."""
        num_bytes = self._model.slot_bytes(tokens)
        if num_bytes <= slot.num_bytes:
            return True
        if not self._memory.make_room(num_bytes - slot.num_bytes):
            return False
        self._memory.charge(slot, num_bytes)
        return True

    def advance(self, slot: Slot, count: int) -> None:
        """The model has read `count` more of the slot's tokens."""
        slot.length += count
        slot.longest = max(slot.longest, slot.length)
        self._prefixes.note(slot)

    def rewind(self, slot: Slot, count: int) -> None:
        """Its last tokens are to be read once more; only where nobody may find it."""
        assert not slot.chains
        slot.length -= count

    def copy(self, source: Slot, target: Slot, length: int) -> None:
        """The beginning of another slot; the target must have room for it."""
        self._model.copy(source.number, target.number, length)
        target.length = length
        target.longest = max(target.longest, length)

    def close(self, slot: Slot, *, keep: bool) -> None:
        """Nobody uses it any more. It may be kept if there is something to find."""
        slot.is_used = False
        if keep and self._prefixes.is_unique(slot):
            self._memory.charge(slot, self._model.slot_bytes(slot.longest))
            self._memory.keep(slot, self._release)
        else:
            self._release(slot)

    def _open(self, num_bytes: int) -> Slot:
        slot = Slot(heapq.heappop(self._free))
        self._memory.charge(slot, num_bytes)
        return slot

    def _open_like(self, match: Match, tokens: int) -> Slot | None:
        """A kept slot itself where nothing of it is lost, else a copy.

        Where a copy has no room, the kept slot gives up what comes after.
        """
        if match.slot.is_used:
            return self._open_copy(match, tokens)
        self._memory.unkeep(match.slot)  # no victim of the room that is made for it
        if match.length < match.slot.length:
            slot = self._open_copy(match, tokens)
            if slot is not None:
                self._memory.keep(match.slot, self._release)
                return slot
        if not self.reserve(match.slot, tokens):
            self._memory.keep(match.slot, self._release)
            return None
        self._prefixes.forget(match.slot)
        match.slot.length = match.length
        match.slot.is_used = True
        return match.slot

    def _open_copy(self, match: Match, tokens: int) -> Slot | None:
        opened = self.open(1, tokens)
        if opened is None:
            return None
        try:
            self.copy(match.slot, opened[0], match.length)
        except Exception as error:  # then its tokens are read again
            log.warning("a slot could not be copied: %s", error)
        return opened[0]

    def _release(self, slot: Slot) -> None:
        self._prefixes.forget(slot)
        self._memory.charge(slot, 0)
        heapq.heappush(self._free, slot.number)
        self._model.free(slot.number)
