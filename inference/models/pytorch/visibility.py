"""What a stack's tokens may see of each other, and how much they like to."""

import torch

from inference.models.blueprint import Stack
from inference.models.pytorch.weights import Weights
from inference.models.relative_bias import bias_by_distance


class Visibility:
    """What a stack's tokens may see, as a mask of the stack's dtype."""

    def __init__(self, stack: Stack, bias: torch.Tensor | None) -> None:
        """bias: [2 * max_distance + 1, heads], by `key - query`."""
        self._stack = stack
        self._bias = bias

    @classmethod
    def of(cls, stack: Stack, name: str, weights: Weights) -> "Visibility":
        if stack.relative_bias is None:
            return cls(stack, None)
        table = bias_by_distance(
            stack.relative_bias, weights.floats(f"{name}.relative_bias")
        )
        return cls(stack, weights.load(table))

    def mask(
        self, positions: torch.Tensor, length: int, dtype: torch.dtype
    ) -> torch.Tensor | None:
        """positions: [slots, tokens] of the queries. None: everything, unweighted."""
        keys = torch.arange(length, device=positions.device)
        distance = keys - positions[:, :, None]
        mask = torch.zeros(1, 1, 1, 1, dtype=dtype, device=positions.device)
        if self._bias is not None:
            farthest = len(self._bias) // 2
            rows = distance.clamp(-farthest, farthest) + farthest
            mask = self._bias[rows].movedim(-1, 1)
        hidden = self._hidden(distance)
        if hidden is not None:
            mask = mask.masked_fill(hidden[:, None], float("-inf"))
        return None if self._bias is None and hidden is None else mask

    def _hidden(self, distance: torch.Tensor) -> torch.Tensor | None:
        if not self._stack.is_causal:
            return None
        hidden = distance > 0
        if self._stack.window is not None:
            hidden |= distance <= -self._stack.window
        return hidden
