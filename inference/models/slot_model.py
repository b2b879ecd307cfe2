"""What the engine asks of a model: slots that hold what was read, and steps.

A slot keeps the keys and values of one sequence. A step reads spans, each of which
appends some tokens to one slot: a running answer's newest token, or a piece of a
prompt. All of them share one forward pass.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import torch


@dataclass(frozen=True, slots=True)
class Span:
    """Tokens at positions start, start + 1, ... of a slot.

    The slot must hold the positions before `start`; what it held from there on is
    overwritten, so a step that failed can be repeated.
    """

    slot: int
    start: int
    token_ids: Sequence[int]
    source_slot: int | None = None  # an encoder-decoder's encoded source
    all_logits: bool = False  # of every token, not only of the last one
    alignment: bool = False


@dataclass(frozen=True, slots=True)
class StepResult:
    """`logits` [rows, vocabulary], fp32, on the model's device, in the spans' order: a
    row for each span, or for each token of a span with `all_logits`.

    `alignments`: by the number of the span, the last token's cross-attention
    [source tokens], averaged over layers and heads; it sums to 1.
    """

    logits: torch.Tensor
    alignments: Mapping[int, torch.Tensor] = field(default_factory=dict)


class SlotModel(Protocol):
    """For one thread only. A failure of `step` or `encode` raises any exception; it
    never harms a slot before the positions that were to be written."""

    @property
    def precision(self) -> str:
        """fp32, bf16, int8, int4."""

    @property
    def device(self) -> torch.device: ...

    @property
    def vocabulary_size(self) -> int: ...

    @property
    def source_vocabulary_size(self) -> int:
        """The encoder's own, which may differ; 0 for decoder-only models."""

    @property
    def num_slots(self) -> int: ...

    @property
    def is_encoder_decoder(self) -> bool: ...

    @property
    def is_torch(self) -> bool:
        """Does torch compute its steps?"""

    @property
    def can_copy(self) -> bool:
        """May `copy` be called, and a slot's tail be overwritten?"""

    def slot_bytes(self, tokens: int) -> int:
        """Memory that a slot of so many tokens takes, rounded as it is allocated."""

    def source_bytes(self, tokens: int) -> int:
        """The same of an encoded source; 0 for decoder-only models."""

    def step(self, spans: Sequence[Span]) -> StepResult:
        """Read all spans, of different slots, in one pass."""

    def encode(self, sources: Mapping[int, Sequence[int]]) -> None:
        """Token ids by source slot: run the encoder, keep the cross keys and values."""

    def copy(self, source: int, target: int, length: int) -> None:
        """The first `length` positions of another slot."""

    def free(self, slot: int) -> None:
        """Give the memory back; nothing of the sequence stays behind."""

    def free_source(self, source_slot: int) -> None: ...
