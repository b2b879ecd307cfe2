"""Which words of the source a token came from: cross attention, made visible."""

import torch

from inference.models.pytorch.encoder import TorchSources
from inference.models.pytorch.packed_step import PackedStep


class Alignments:
    """Sums up the attention of the last token of each span that asked for it."""

    def __init__(
        self, step: PackedStep, sources: TorchSources, *, layers: int, scale: float
    ) -> None:
        self._sources = sources
        self._layers, self._scale = layers, scale
        self._wanted = [
            (number, last - 1, span.source_slot)
            for number, span, _, last in step.each()
            if span.alignment and span.source_slot is not None
        ]
        self._sums: dict[int, torch.Tensor] = {}

    def add(self, layer: int, query: torch.Tensor) -> None:
        """query [tokens, heads, head width]."""
        keys = self._sources.slots.keys[layer]
        for number, token, source in self._wanted:
            seen = keys[source, : self._sources.lengths[source]]
            scores = torch.einsum("hw,shw->hs", query[token], seen) * self._scale
            part = scores.float().softmax(dim=-1).mean(dim=0)
            self._sums[number] = self._sums.get(number, 0) + part

    def result(self) -> dict[int, torch.Tensor]:
        """By the number of the span: [source tokens], summing to 1."""
        return {number: total / self._layers for number, total in self._sums.items()}
