"""A model whose every token depends on all tokens before it, to the last bit.

It keeps no keys and values but a hash of the history at each position of a slot. A
wrong slot, position, copy or source therefore shows as other tokens, and a span that
does not continue what its slot holds raises.
"""

import hashlib
import struct
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch

from inference.models.slot_model import Span, StepResult

BLOCK = 16  # tokens by which a slot grows
TOKEN_BYTES = 64


def _hash(*parts: bytes) -> bytes:
    return hashlib.blake2b(b"".join(parts), digest_size=16).digest()


class HistoryModel:
    """`on_step` and `on_encode` may raise, to let a pass fail."""

    precision = "fp32"
    device = torch.device("cpu")

    def __init__(
        self,
        *,
        vocabulary_size: int = 400,
        num_slots: int = 24,
        is_encoder_decoder: bool = False,
        can_copy: bool = True,
        poison_id: int | None = None,
        never_ids: Sequence[int] = (),
    ) -> None:
        self.vocabulary_size = vocabulary_size
        self.source_vocabulary_size = vocabulary_size if is_encoder_decoder else 0
        self.num_slots = num_slots
        self.is_encoder_decoder = is_encoder_decoder
        self.is_torch = False
        self.can_copy = can_copy
        self._poison_id = poison_id
        self._never_ids = list(never_ids)
        self._slots: dict[int, list[bytes]] = {}
        self._longest: dict[int, int] = {}  # tokens that a slot has room for
        self._poisoned: set[bytes] = set()
        self._sources: dict[int, tuple[int, ...]] = {}
        self.num_read = 0  # tokens
        self.num_encoded = 0
        self.largest_step = 0
        self.peak_bytes = 0
        self.on_step: Callable[[Sequence[Span]], None] = lambda _spans: None
        self.on_encode: Callable[[Mapping[int, Sequence[int]]], None] = lambda _: None

    def slot_bytes(self, tokens: int) -> int:
        return -(-tokens // BLOCK) * BLOCK * TOKEN_BYTES

    def source_bytes(self, tokens: int) -> int:
        return tokens * 2 * TOKEN_BYTES if self.is_encoder_decoder else 0

    @property
    def held_bytes(self) -> int:
        slots = sum(self.slot_bytes(tokens) for tokens in self._longest.values())
        return slots + sum(map(self.source_bytes, map(len, self._sources.values())))

    def step(self, spans: Sequence[Span]) -> StepResult:
        assert spans and len({span.slot for span in spans}) == len(spans)
        for span in spans:
            self._check(span)
        self.on_step(spans)
        logits: list[np.ndarray] = []
        alignments = {}
        for number, span in enumerate(spans):
            self._read(span)
            logits.append(self._logits(self._slots[span.slot][-1]))
            if span.alignment:
                assert span.source_slot is not None
                alignments[number] = self._alignment(span)
        self.largest_step = max(
            self.largest_step, sum(len(span.token_ids) for span in spans)
        )
        self._note_bytes()
        return StepResult(torch.from_numpy(np.stack(logits)), alignments)

    def encode(self, sources: Mapping[int, Sequence[int]]) -> None:
        assert self.is_encoder_decoder
        self.on_encode(sources)
        for number, token_ids in sources.items():
            assert 0 <= number < self.num_slots and token_ids
            self._sources[number] = tuple(token_ids)
            self.num_encoded += 1
        self._note_bytes()

    def copy(self, source: int, target: int, length: int) -> None:
        assert self.can_copy and source != target
        assert 0 < length <= len(self._slots[source])
        self._slots[target] = self._slots[source][:length]
        self._longest[target] = max(self._longest.get(target, 0), length)
        self._note_bytes()

    def free(self, slot: int) -> None:
        self._slots.pop(slot, None)
        self._longest.pop(slot, None)

    def free_source(self, source_slot: int) -> None:
        self._sources.pop(source_slot, None)

    def _check(self, span: Span) -> None:
        assert 0 <= span.slot < self.num_slots and len(span.token_ids)
        held = self._slots.get(span.slot, [])
        assert span.start <= len(held), "the span leaves a gap"
        if not self.can_copy:
            assert span.start == len(held), "the tail was to be overwritten"
        assert (span.source_slot is not None) == self.is_encoder_decoder

    def _read(self, span: Span) -> None:
        held = self._slots.setdefault(span.slot, [])
        del held[span.start :]
        source = b""
        if span.source_slot is not None:
            source = str(self._sources[span.source_slot]).encode()
        state = held[-1] if held else b"begin"
        for token_id in span.token_ids:
            is_poisoned = token_id == self._poison_id or state in self._poisoned
            state = _hash(state, struct.pack("<q", token_id), source)
            if is_poisoned:
                self._poisoned.add(state)
            held.append(state)
        self.num_read += len(span.token_ids)
        self._longest[span.slot] = max(self._longest.get(span.slot, 0), len(held))

    def _logits(self, state: bytes) -> "np.ndarray":
        size = self.vocabulary_size
        if state in self._poisoned:
            return np.full(size, np.nan, dtype=np.float32)
        data = hashlib.shake_128(state).digest(2 * size)
        logits = np.frombuffer(data, dtype=np.uint16).astype(np.float32) / 6000
        logits[self._never_ids] = -100
        return logits

    def _alignment(self, span: Span) -> torch.Tensor:
        assert span.source_slot is not None
        state = self._slots[span.slot][-1]
        weights = [
            state[n % 16] + 1.0 for n in range(len(self._sources[span.source_slot]))
        ]
        return torch.tensor(weights) / sum(weights)

    def _note_bytes(self) -> None:
        self.peak_bytes = max(self.peak_bytes, self.held_bytes)
