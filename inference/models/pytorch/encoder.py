"""The encoder's side: sources are read in one batch, and kept for the decoder."""

from collections.abc import Mapping, Sequence
from itertools import accumulate

import torch

from inference.models.blueprint import Blueprint, Stack
from inference.models.pytorch.sdpa_attention import attend
from inference.models.pytorch.slots import SlotTensors
from inference.models.pytorch.tower import Tower, heads_of
from inference.models.pytorch.visibility import Visibility
from inference.models.pytorch.weights import Linear, Weights


class TorchSources:
    """Reads sources; keeps the keys and values that the decoder's layers look at."""

    def __init__(
        self,
        blueprint: Blueprint,
        weights: Weights,
        num_slots: int,
    ) -> None:
        assert blueprint.encoder is not None
        self._stack = blueprint.encoder
        self._tower = Tower(self._stack, "encoder", weights)
        self._visibility = Visibility.of(self._stack, "encoder", weights)
        self._head_width = blueprint.decoder.head_width
        self._cross = [
            Linear(weights, f"{name}.key", f"{name}.value")
            for name in (
                f"decoder.{layer}.cross"
                for layer in range(blueprint.decoder.num_layers)
            )
        ]
        self._device, self._dtype = weights.device, weights.dtype
        self.slots = SlotTensors(
            blueprint.decoder, num_slots, dtype=weights.dtype, device=weights.device
        )
        self.lengths = [0] * num_slots
        # The same on the device, for steps that are recorded once and run often.
        self.length_tensor = torch.zeros(
            num_slots, dtype=torch.int32, device=self._device
        )

    def encode(self, sources: Mapping[int, Sequence[int]]) -> None:
        for slot, source in sources.items():
            self.slots.reserve(slot, len(source))
        hidden, positions = self._read(list(sources.values()))
        slots = [slot for slot, source in sources.items() for _ in source]
        where = (torch.tensor(slots, device=self._device), positions)
        for layer, linear in enumerate(self._cross):
            key, value = (heads_of(part, self._head_width) for part in linear(hidden))
            self.slots.write(layer, where, key, value)
        for slot, source in sources.items():
            self._set_length(slot, len(source))

    def free(self, slot: int) -> None:
        self.slots.free(slot)
        self._set_length(slot, 0)

    def _set_length(self, slot: int, length: int) -> None:
        self.lengths[slot] = length
        self.length_tensor[slot] = length

    def _read(
        self, sources: Sequence[Sequence[int]]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Hidden states [tokens of all sources, width], and the tokens' positions."""
        flat = [token_id for source in sources for token_id in source]
        numbers = [number for source in sources for number in range(len(source))]
        token_ids, positions = torch.tensor([flat, numbers], device=self._device)
        lengths = [len(source) for source in sources]
        attention = _EncoderAttention(
            self._stack, lengths, positions, self._visibility, self._dtype
        )
        hidden = self._tower.run(token_ids, positions, attention)
        return self._tower.norm(hidden), positions


class _EncoderAttention:
    """Each source looks at itself."""

    def __init__(
        self,
        stack: Stack,
        lengths: Sequence[int],
        positions: torch.Tensor,
        visibility: Visibility,
        dtype: torch.dtype,
    ) -> None:
        self._scale = stack.attention_scale
        ends = list(accumulate(lengths))
        self._parts = [slice(e - n, e) for e, n in zip(ends, lengths, strict=True)]
        self._masks = [
            visibility.mask(positions[part][None], part.stop - part.start, dtype)
            for part in self._parts
        ]

    def look(
        self, layer: int, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor
    ) -> torch.Tensor:
        seen = [
            attend(
                query[part][None],
                key[part][None],
                value[part][None],
                mask=mask,
                scale=self._scale,
            )[0]
            for part, mask in zip(self._parts, self._masks, strict=True)
        ]
        return torch.cat(seen)

    def look_across(self, layer: int, query: torch.Tensor) -> torch.Tensor:
        raise AssertionError("an encoder has no cross attention")
