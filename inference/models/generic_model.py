"""Any causal model of transformers, behind slots."""

from collections.abc import Mapping, Sequence
from copy import copy
from pathlib import Path

import torch
from transformers import DynamicCache

from inference.models.generic.causal_lm import CausalLM, cache_bytes
from inference.models.generic.load import causal_lm_load
from inference.models.generic.shared_rows import tokens_rounded
from inference.models.generic.try_out import shared_rows_try
from inference.models.slot_model import Span, StepResult

_PRECISIONS = {torch.float32: "fp32", torch.bfloat16: "bf16", torch.float16: "fp16"}


class GenericModel:
    """A slot's prompt is read on a cache of its own. With its first single token it
    joins the shared rows, where all slots take a pass together, if a try at the start
    found that they can; else it goes on alone.
    """

    is_torch = True
    can_copy = False
    is_encoder_decoder = False

    @torch.inference_mode()
    def __init__(self, model: CausalLM, *, num_slots: int) -> None:
        """Raises ModelUnavailableError if the model answers nonsense."""
        self._model = model
        self.num_slots = num_slots
        self.device = model.device
        self.precision = _PRECISIONS.get(model.dtype, str(model.dtype))
        self.vocabulary_size = model.vocabulary_size
        self.source_vocabulary_size = 0
        self._rows = shared_rows_try(model)
        self._caches: dict[int, DynamicCache] = {}  # of slots outside the rows
        self._token_bytes = self._measure()

    @classmethod
    def load(
        cls, directory: Path, *, device: torch.device, num_slots: int
    ) -> "GenericModel":
        """Raises ModelUnavailableError naming what is wrong with the weights."""
        return cls(causal_lm_load(directory, device), num_slots=num_slots)

    def slot_bytes(self, tokens: int) -> int:
        return tokens_rounded(tokens) * self._token_bytes

    def source_bytes(self, tokens: int) -> int:
        return 0

    @torch.inference_mode()
    def step(self, spans: Sequence[Span]) -> StepResult:
        """All or nothing: what was read is kept when every span has been."""
        together = [n for n, span in enumerate(spans) if self._can_share(span)]
        logits: dict[int, torch.Tensor] = {}
        caches: dict[int, DynamicCache] = {}
        for number, span in enumerate(spans):
            if number not in together:
                caches[span.slot] = self._branch(span)
                logits[number] = self._read(span, caches[span.slot])
        if together:
            rows = self._read_together([spans[number] for number in together])
            logits |= dict(
                zip(
                    together,
                    torch.split_with_sizes(rows, [1] * len(together)),
                    strict=True,
                )
            )
        for slot, cache in caches.items():
            self.free(slot)
            self._caches[slot] = cache
        return StepResult(torch.cat([logits[number] for number in range(len(spans))]))

    def encode(self, sources: Mapping[int, Sequence[int]]) -> None:
        raise AssertionError("a causal model has no encoder")

    def copy(self, source: int, target: int, length: int) -> None:
        raise AssertionError("its layers may keep what cannot be cut: see can_copy")

    @torch.inference_mode()
    def free(self, slot: int) -> None:
        self._caches.pop(slot, None)
        if self._rows is not None and slot in self._rows.slots:
            self._rows.leave(slot)

    def free_source(self, source_slot: int) -> None:
        """There is none."""

    def _can_share(self, span: Span) -> bool:
        return self._rows is not None and len(span.token_ids) == 1 and span.start > 0

    def _branch(self, span: Span) -> DynamicCache:
        """A cache that may be appended to while the slot's own stays as it is.

        transformers puts new tensors into a layer rather than write into old ones.
        """
        if span.start == 0:
            return self._model.new_cache()
        if span.slot not in self._caches:
            assert self._rows is not None
            return self._rows.copy_of(span.slot, span.start)
        branch = copy(self._caches[span.slot])
        branch.layers = [copy(layer) for layer in branch.layers]
        if branch.get_seq_length() > span.start:
            branch.crop(span.start)
        return branch

    def _read(self, span: Span, cache: DynamicCache) -> torch.Tensor:
        read = self._model.read if span.all_logits else self._model.read_last
        return read(span.token_ids, cache)

    def _read_together(self, spans: Sequence[Span]) -> torch.Tensor:
        assert self._rows is not None
        for span in spans:
            if span.slot not in self._rows.slots:
                self._rows.join(span.slot, self._branch(span))
                del self._caches[span.slot]
        starts = {span.slot: span.start for span in spans}
        # In the rows' own order, so that nothing need be gathered when all take part.
        starts = {slot: starts[slot] for slot in self._rows.slots if slot in starts}
        newest = {span.slot: span.token_ids[0] for span in spans}
        step = self._rows.step(starts)
        token_ids = torch.tensor([newest[slot] for slot in starts], device=self.device)
        logits = self._model.read_rows(token_ids, step.positions, step.mask, step)
        self._rows.stepped(starts)
        numbers = {slot: number for number, slot in enumerate(starts)}
        return logits[[numbers[span.slot] for span in spans]]

    def _measure(self) -> int:
        """Bytes that a token's keys and values take."""
        cache = self._model.new_cache()
        self._model.read_last([0], cache)
        return cache_bytes(cache)
