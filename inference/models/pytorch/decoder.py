"""The decoder's side: tower, head and slots."""

from dataclasses import dataclass
from typing import Protocol

import torch
import torch.nn.functional as F

from inference.models.blueprint import Blueprint
from inference.models.pytorch.alignment import Alignments
from inference.models.pytorch.slots import SlotTensors
from inference.models.pytorch.tower import Tower
from inference.models.pytorch.weights import Weights


class Look(Protocol):
    """Lets the queries of a step see keys and values: [tokens, heads, head width]."""

    def look(self, layer: int, query: torch.Tensor) -> torch.Tensor: ...


@dataclass(frozen=True, slots=True)
class Looks:
    own: Look
    cross: Look | None = None
    alignments: Alignments | None = None


class TorchDecoder:
    def __init__(
        self,
        blueprint: Blueprint,
        weights: Weights,
        num_slots: int,
    ) -> None:
        self.slots = SlotTensors(
            blueprint.decoder, num_slots, dtype=weights.dtype, device=weights.device
        )
        self._tower = Tower(blueprint.decoder, "decoder", weights)
        self._head = weights["head.weight"]
        self._head_bias = weights.get("head.bias")
        self._logits_scale = blueprint.logits_scale

    def run(
        self,
        token_ids: torch.Tensor,
        positions: torch.Tensor,
        slots: torch.Tensor,
        looks: Looks,
        rows: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Logits of the tokens numbered `rows`, or of all: fp32 [rows, vocabulary]."""
        step = _Step(self.slots, (slots, positions), looks)
        hidden = self._tower.run(token_ids, positions, step)
        if rows is not None:
            hidden = hidden[rows]
        hidden = self._tower.norm(hidden)
        if self._logits_scale != 1:
            hidden = hidden * self._logits_scale
        return F.linear(hidden, self._head, self._head_bias).float()


@dataclass(frozen=True, slots=True)
class _Step:
    slots: SlotTensors
    where: tuple[torch.Tensor, torch.Tensor]
    looks: Looks

    def look(
        self, layer: int, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor
    ) -> torch.Tensor:
        self.slots.write(layer, self.where, key, value)
        return self.looks.own.look(layer, query)

    def look_across(self, layer: int, query: torch.Tensor) -> torch.Tensor:
        if self.looks.alignments is not None:
            self.looks.alignments.add(layer, query)
        assert self.looks.cross is not None
        return self.looks.cross.look(layer, query)
