"""The model's side of a step: from pieces of rows to what came of them."""

import logging
from collections.abc import Sequence as SequenceOf
from typing import TypeVar

import torch

from inference.contract import ErrorCode, GenerationError
from inference.engine.group import Group
from inference.engine.outcomes import Outcome, Read
from inference.engine.scheduler import Piece
from inference.engine.slots import SlotTable
from inference.engine.sources import Source, SourceTable
from inference.errors import ModelUnavailableError
from inference.models.slot_model import SlotModel, Span, StepResult

log = logging.getLogger(__name__)

_T = TypeVar("_T")
_PLAIN_TOKENS = range(4, 8)  # whatever they mean, they are no model's special ones


class ModelRunner:
    """Runs steps. A pass that fails is halved down to the one to blame."""

    def __init__(
        self, model: SlotModel, slots: SlotTable, sources: SourceTable
    ) -> None:
        self._model = model
        self._slots = slots
        self._sources = sources

    @torch.inference_mode()
    def run(self, pieces: SequenceOf[Piece]) -> list[Outcome]:
        """Sources first, then all pieces in one pass, then a token for each row that
        was read to its end."""
        read = Read()
        sources = {piece.unit.source for piece in pieces if piece.unit.source}
        broken = self._encode([s for s in sources if not s.is_encoded])
        for piece in pieces:
            if piece.unit.source in broken:
                read.failed[piece.unit] = broken[piece.unit.source]
        self._step([p for p in pieces if p.unit not in read.failed], read)
        self._take_back(read)
        return read.outcomes()

    def _encode(self, sources: SequenceOf[Source]) -> dict[Source, GenerationError]:
        """The sources that could not be read."""
        if not sources:
            return {}
        try:
            self._sources.encode(sources)
        except Exception as error:  # whatever one of them causes, the others go on
            if len(sources) == 1:
                return {sources[0]: error_describe(error)}
            first, second = _halves(sources, error)
            return self._encode(first) | self._encode(second)
        return {}

    def _step(self, pieces: SequenceOf[Piece], read: Read) -> None:
        if not pieces:
            return
        try:
            result = self._model.step([_span(piece) for piece in pieces])
        except Exception as error:  # as above
            if len(pieces) == 1:
                read.failed[pieces[0].unit] = error_describe(error)
                return
            for half in _halves(pieces, error):
                self._step(half, read)
        else:
            self._take(pieces, result, read)

    def _take(self, pieces: SequenceOf[Piece], result: StepResult, read: Read) -> None:
        last = [number for number, piece in enumerate(pieces) if piece.is_last]
        for piece in pieces:
            assert piece.row.slot is not None
            self._slots.advance(piece.row.slot, piece.count)
        if last:
            is_whole = len(last) == len(pieces)
            read.pieces += [pieces[number] for number in last]
            read.logits.append(result.logits if is_whole else result.logits[last])
            for number in last:
                weights = result.alignments.get(number)
                read.alignments.append(
                    () if weights is None else tuple(weights.tolist())
                )

    def _take_back(self, read: Read) -> None:
        """Rows of a unit step together: where one failed, the others did not step."""
        for piece in read.pieces:
            if piece.unit in read.failed:
                assert piece.row.slot is not None
                self._slots.rewind(piece.row.slot, piece.count)


def model_try(model: SlotModel) -> None:
    """Raises ModelUnavailableError if a few plain tokens give no numbers."""
    token_ids = [number % model.vocabulary_size for number in _PLAIN_TOKENS]
    source_slot = None
    if model.is_encoder_decoder:
        source_slot = 0
        size = model.source_vocabulary_size
        model.encode({source_slot: [number % size for number in _PLAIN_TOKENS]})
    result = model.step([Span(0, 0, token_ids, source_slot)])
    is_sound = bool(result.logits.isfinite().all())
    model.free(0)
    if source_slot is not None:
        model.free_source(source_slot)
    if not is_sound:
        raise ModelUnavailableError("its weights give NaN for plain tokens")


def error_describe(error: Exception) -> GenerationError:
    """What went wrong in a pass, for the one whose answer it was."""
    words = str(error).strip() or type(error).__name__
    is_memory = isinstance(error, MemoryError | torch.OutOfMemoryError)
    if is_memory or "can't allocate memory" in words:
        return GenerationError(ErrorCode.OUT_OF_MEMORY)
    log.error("a pass failed", exc_info=error)
    return GenerationError(ErrorCode.INTERNAL, {"reason": words.splitlines()[0]})


def _span(piece: Piece) -> Span:
    row, source = piece.row, piece.unit.source
    assert row.slot is not None
    start = row.num_cached
    return Span(
        slot=row.slot.number,
        start=start,
        token_ids=row.tokens[start : start + piece.count],
        source_slot=source.number if source else None,
        alignment=piece.is_last and _looks(piece.unit.group),
    )


def _looks(group: Group) -> bool:
    """At what its tokens look: to be told, or to know where a phrase belongs."""
    return group.request.sampling.alignment or bool(group.reading.phrases)


def _halves(
    items: SequenceOf[_T], error: Exception
) -> tuple[SequenceOf[_T], SequenceOf[_T]]:
    log.warning("a pass of %d failed, halving it: %s", len(items), error)
    middle = len(items) // 2
    return items[:middle], items[middle:]
