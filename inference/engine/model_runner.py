"""The model's side of a step: prefill a chunk, give every running row a token."""

import logging
from dataclasses import dataclass

import psutil
import torch
from transformers import DynamicCache

from inference.config import EngineConfig
from inference.contract import ErrorCode, GenerationError
from inference.engine.kv_slots import KvSlots
from inference.engine.sampler import tokens_choose
from inference.engine.sequence import Sequence
from inference.models.causal_lm import CausalLM

log = logging.getLogger(__name__)

_CPU_CHUNK = 128  # tokens; about a tenth of a second for a small model
_CUDA_CHUNK = 2048


@dataclass(frozen=True, slots=True)
class TokenChosen:
    sequence: Sequence
    token_id: int


@dataclass(frozen=True, slots=True)
class SequenceFailed:
    sequence: Sequence
    error: GenerationError


Outcome = TokenChosen | SequenceFailed


class ModelRunner:
    """Runs sequences; one that fails ends alone. For one thread only.

    Prefill works on a cache of the sequence's own. Then it joins the slots, where all
    running rows share a forward pass, if `slots` were found to suit the model;
    otherwise it keeps its cache, and each row has a pass of its own.
    """

    def __init__(
        self, model: CausalLM, config: EngineConfig, *, slots: KvSlots | None
    ) -> None:
        self._model = model
        self._slots = slots
        on_cuda = model.device.type == "cuda"
        self._chunk = config.prefill_chunk or (_CUDA_CHUNK if on_cuda else _CPU_CHUNK)
        self._kv_bytes = config.kv_bytes or _free_memory(model.device)
        self._caches: dict[str, DynamicCache] = {}  # of sequences outside the slots
        self._rows: list[Sequence] = []  # in the order of the slots

    def has_room(self, running: list[Sequence], new: Sequence) -> bool:
        """May `new` start beside `running` without the memory ending half-way?"""
        if self._slots is None:
            return True
        lengths = [sequence.max_length for sequence in (*running, new)]
        return self._slots.bytes_needed(lengths) <= self._kv_bytes

    def prefill(self, sequence: Sequence) -> Outcome | None:
        """Read the next chunk. After the last one, the first token or a failure."""
        try:
            logits = self._read_chunk(sequence)
            if sequence.num_cached < len(sequence.tokens):
                return None
            self._join_slots(sequence)
        except Exception as error:  # whatever one prompt causes, the others go on
            return SequenceFailed(sequence, error_describe(error))
        return _outcomes(logits[None], [sequence])[0]

    def decode(self, running: list[Sequence]) -> list[Outcome]:
        """One token for each."""
        if self._slots is None:
            return [self._decode_alone(sequence) for sequence in running]
        return self._decode_rows(0, len(self._rows)) if self._rows else []

    def release(self, sequence: Sequence) -> None:
        """Forget a sequence; one that is not here is left alone."""
        self._caches.pop(sequence.id, None)
        if self._slots is not None and sequence in self._rows:
            row = self._rows.index(sequence)
            self._slots.leave(row)
            self._rows[row] = self._rows[-1]
            self._rows.pop()

    def clear(self) -> None:
        """Forget everything, after a failure that nobody foresaw."""
        self._caches.clear()
        self._rows.clear()
        if self._slots is not None:
            self._slots.clear()

    def _read_chunk(self, sequence: Sequence) -> torch.Tensor:
        cache = self._caches.setdefault(sequence.id, self._model.new_cache())
        token_ids = sequence.next_chunk(self._chunk)
        logits = self._model.read(token_ids, cache)
        sequence.num_cached += len(token_ids)
        return logits

    def _join_slots(self, sequence: Sequence) -> None:
        if self._slots is not None:
            self._slots.join(self._caches[sequence.id])
            self._rows.append(sequence)
            del self._caches[sequence.id]

    def _decode_alone(self, sequence: Sequence) -> Outcome:
        try:
            logits = self._model.read(sequence.tokens[-1:], self._caches[sequence.id])
        except Exception as error:  # as above
            return SequenceFailed(sequence, error_describe(error))
        sequence.num_cached += 1
        return _outcomes(logits[None], [sequence])[0]

    def _decode_rows(self, first: int, last: int) -> list[Outcome]:
        """Where a pass fails, each half is tried alone, down to the one to blame."""
        sequences = self._rows[first:last]
        try:
            logits = self._step_rows(first, last)
        except Exception as error:  # as above
            if last - first == 1:
                return [SequenceFailed(sequences[0], error_describe(error))]
            log.warning("a step of %d rows failed, halving it: %s", last - first, error)
            middle = (first + last) // 2
            return self._decode_rows(first, middle) + self._decode_rows(middle, last)
        return _outcomes(logits, sequences)

    def _step_rows(self, first: int, last: int) -> torch.Tensor:
        assert self._slots is not None
        sequences = self._rows[first:last]
        step = self._slots.step(first, last)
        newest = [sequence.tokens[-1] for sequence in sequences]
        token_ids = torch.tensor(newest, device=self._model.device)
        logits = self._model.read_rows(token_ids, step.positions, step.mask, step)
        self._slots.stepped(first, last)
        for sequence in sequences:
            sequence.num_cached += 1
        return logits


def _outcomes(logits: torch.Tensor, sequences: list[Sequence]) -> list[Outcome]:
    return [
        SequenceFailed(sequence, GenerationError(ErrorCode.NUMERICAL))
        if token_id is None
        else TokenChosen(sequence, token_id)
        for token_id, sequence in zip(
            tokens_choose(logits, sequences), sequences, strict=True
        )
    ]


def error_describe(error: Exception) -> GenerationError:
    """What went wrong in a forward pass, for the one whose answer it was."""
    words = str(error).strip() or type(error).__name__
    is_memory = isinstance(error, MemoryError | torch.OutOfMemoryError)
    if is_memory or "can't allocate memory" in words:
        return GenerationError(ErrorCode.OUT_OF_MEMORY)
    log.error("a forward pass failed", exc_info=error)
    return GenerationError(ErrorCode.INTERNAL, {"reason": words.splitlines()[0]})


def _free_memory(device: torch.device) -> int:
    """Bytes that caches may take: what is free now, less a reserve."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0] * 0.85)
    return int(psutil.virtual_memory().available * 0.5)
