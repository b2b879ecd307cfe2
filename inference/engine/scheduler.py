"""Who runs in the next step, and who waits."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from inference.config import EngineConfig
from inference.engine.memory import KvMemory
from inference.engine.row import Row
from inference.engine.slots import SlotTable
from inference.engine.sources import Source, SourceTable
from inference.engine.unit import Unit
from inference.engine.waiting_line import WaitingLine
from inference.models.slot_model import SlotModel

# Tokens of prompts in one step. On two cores 8 answers whose neighbour reads a long
# prompt wait for 2.6 steps' time with 16 of them, and for 5.8 with 48. A step of more
# answers is longer, so more of them make it no longer in its own measure.
_SHARED_ON_CPU, _SHARED_ON_CUDA = 16, 512
_SHARED_A_ROW = 2
_ALONE_ON_CPU, _ALONE_ON_CUDA = 256, 2048
_HEADROOM = 64  # tokens an answer has room for when it is let in beside others


@dataclass(frozen=True, slots=True)
class Piece:
    """The next tokens of one row, to be read in this step."""

    unit: Unit
    row: Row
    count: int

    @property
    def is_last(self) -> bool:
        """Its logits tell the row's next token."""
        return self.count == self.row.num_unread


@dataclass(slots=True)
class Step:
    admitted: list[Unit] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    out_of_memory: list[Unit] = field(default_factory=list)  # can never go on


class Scheduler:
    """Every running answer gets a token a step; prompts share a budget, in turns.

    Who is let in has room for what is needed now. When memory runs short later, the
    newest batch request, else the newest of all, gives its slots up, waits at the front
    of the line, and is read again. So the oldest always gets on.
    """

    def __init__(
        self, model: SlotModel, config: EngineConfig, memory: KvMemory
    ) -> None:
        on_cuda = model.device.type == "cuda"
        shared = _SHARED_ON_CUDA if on_cuda else _SHARED_ON_CPU
        self._shared_budget = config.prefill_chunk or shared
        self._shared_a_row = 0 if config.prefill_chunk else _SHARED_A_ROW
        alone = _ALONE_ON_CUDA if on_cuda else _ALONE_ON_CPU
        self._alone_budget = max(alone, self._shared_budget)
        self._max_running = config.max_running
        kept_free = _interactive_slots(config)
        self._max_batch = config.max_running - kept_free
        self._max_batch_slots = max(1, model.num_slots - kept_free)
        self._model = model
        self._memory = memory
        self.slots = SlotTable(model, memory)
        self.sources = SourceTable(model, memory)
        self._line = WaitingLine()
        self._running: list[Unit] = []  # whose prompt was read last comes last
        self._is_crowded = False  # memory ran out in truth: nobody in before one is out

    def __iter__(self) -> Iterator[Unit]:
        """All of them, in any state."""
        yield from self._running
        yield from self._line

    @property
    def is_idle(self) -> bool:
        return not self._running and not self._line

    def fits_alone(self, unit: Unit) -> bool:
        """Could it ever begin? If not, there is no use in waiting."""
        is_batch = unit.group.is_batch
        most = self._max_batch_slots if is_batch else self._model.num_slots
        tokens = len(unit.rows[0].tokens) + 1
        needed = unit.num_slots * self._model.slot_bytes(tokens)
        needed += self._model.source_bytes(len(unit.group.reading.source_ids))
        return unit.num_slots <= most and needed <= self._memory.budget

    def add(self, unit: Unit) -> None:
        self._line.add(unit)

    def fork(self, units: Iterable[Unit]) -> None:
        """More answers to a prompt that has just been read: now, where there is room,
        so that it need not be read again."""
        waiting = [unit for unit in units if not self._admit(unit)]
        for unit in reversed(waiting):
            self._line.add_first(unit)

    def remove(self, unit: Unit, *, keep: bool) -> None:
        """It has ended. What it read may be kept for whoever begins alike."""
        if unit in self._running:
            self._leave(unit, keep=keep)
            self._is_crowded = False
        elif unit in self._line:
            self._line.remove(unit)

    def relieve(self, unit: Unit) -> bool:
        """Memory ran out in the middle of its step; may it try again?

        Kept slots go first, then others: whoever is newest waits until one has ended.
        """
        if not unit.slots or self._memory.evict_all():
            return True
        if len(self._running) == 1:
            return False
        self._is_crowded = True
        self._preempt(self._newest())
        return True

    def schedule(self) -> Step:
        step = Step()
        self._admit_waiting(step)
        self._make_room(step)
        ready = self._ready()
        decoding = [unit for unit in ready if unit.is_decoding]
        reading = [unit for unit in ready if not unit.is_decoding]
        step.pieces = [Piece(unit, row, 1) for unit in decoding for row in unit.rows]
        self._read_on(reading, step, num_decoding=len(step.pieces))
        return step

    def _admit_waiting(self, step: Step) -> None:
        """In their order: whoever does not fit yet is not overtaken."""
        while unit := self._line.head(self._may_join_batch):
            if self._admit(unit):
                step.admitted.append(unit)
            elif self._running:
                return
            else:  # nobody will ever make room for it
                step.out_of_memory.append(unit)
            self._line.take(unit)

    def _admit(self, unit: Unit) -> bool:
        is_full = len(self._running) >= self._max_running
        if is_full or (self._is_crowded and self._running):
            return False
        if unit.group.is_batch and not self._may_join_batch(unit):
            return False
        if not self._open_source(unit):
            return False
        if not self._open_slots(unit):
            self._close_source(unit, keep=True)
            return False
        self._running.append(unit)
        return True

    def _may_join_batch(self, unit: Unit) -> bool:
        batch = [u.num_slots for u in self._running if u.group.is_batch]
        has_slots = sum(batch) + unit.num_slots <= self._max_batch_slots
        return has_slots and len(batch) < self._max_batch

    def _open_source(self, unit: Unit) -> bool:
        source_ids = unit.group.reading.source_ids
        if not source_ids:
            return True
        unit.source = self.sources.open(unit.group.person, source_ids)
        return unit.source is not None

    def _close_source(self, unit: Unit, *, keep: bool) -> None:
        if unit.source is not None:
            has_owner = bool(unit.group.request.owner)
            self.sources.close(unit.source, keep=keep and has_owner)
            unit.source = None

    def _open_slots(self, unit: Unit) -> bool:
        """With some headroom, so that it is not the next to be turned out."""
        tokens = len(unit.rows[0].tokens)
        if self._open_with_room(unit, min(tokens + _HEADROOM, unit.max_length)):
            return True
        return not self._running and self._open_with_room(unit, tokens + 1)

    def _open_with_room(self, unit: Unit, tokens: int) -> bool:
        if unit.num_slots == 1:
            return self.slots.open_for(unit.rows[0], tokens, like=unit.like)
        slots = self.slots.open(unit.num_slots, tokens)
        if slots:
            unit.slots_take(slots)
        return bool(slots)

    def _make_room(self, step: Step) -> None:
        """For all tokens that are known of the running, the oldest first."""
        for unit in sorted(self._running, key=lambda unit: unit.arrival):
            while unit.slots and not self._has_room(unit):
                if len(self._running) == 1:
                    step.out_of_memory.append(unit)
                    self._leave(unit, keep=False)
                else:
                    self._preempt(self._newest())

    def _has_room(self, unit: Unit) -> bool:
        tokens = len(unit.rows[0].tokens)
        return all(self.slots.reserve(slot, tokens) for slot in unit.slots)

    def _newest(self) -> Unit:
        return max(self._running, key=lambda u: (u.group.is_batch, u.arrival))

    def _preempt(self, unit: Unit) -> None:
        self._leave(unit, keep=False)
        self._line.put_back(unit)

    def _leave(self, unit: Unit, *, keep: bool) -> None:
        self._running.remove(unit)
        for slot in unit.slots:
            self.slots.close(slot, keep=keep)
        unit.slots_lose()
        self._close_source(unit, keep=keep)

    def _ready(self) -> list[Unit]:
        """Those whose source is encoded, or will be in this step."""
        ready: list[Unit] = []
        chosen: set[Source] = set()
        budget = self._alone_budget
        for unit in self._running:
            source = unit.source
            if source is not None and not source.is_encoded and source not in chosen:
                if chosen and len(source.token_ids) > budget:
                    continue
                chosen.add(source)
                budget -= len(source.token_ids)
            ready.append(unit)
        return ready

    def _read_on(self, units: list[Unit], step: Step, *, num_decoding: int) -> None:
        """Pieces of prompts; who gets one goes behind those who get none."""
        budget = self._alone_budget
        if num_decoding:
            budget = max(self._shared_budget, self._shared_a_row * num_decoding)
        for unit in units:
            for row in unit.rows:
                if count := min(row.num_unread - unit.held_back, budget):
                    step.pieces.append(Piece(unit, row, count))
                    budget -= count
            self._running.remove(unit)
            self._running.append(unit)
            if budget <= 0:
                return


def _interactive_slots(config: EngineConfig) -> int:
    """A quarter, unless said otherwise; one is always left for batch work."""
    most = config.max_running - 1
    if config.interactive_slots is not None:
        return min(config.interactive_slots, most)
    return min(max(1, config.max_running // 4), most)
