"""One stack of a blueprint, run over packed tokens."""

from typing import Protocol

import torch
import torch.nn.functional as F

from inference.models.blueprint import Activation, Norm, Stack
from inference.models.pytorch.weights import Linear, Normalisation, Weights


class Attention(Protocol):
    """Who looks at what in one pass. Tensors are [tokens, heads, head width]."""

    def look(
        self, layer: int, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor
    ) -> torch.Tensor: ...

    def look_across(self, layer: int, query: torch.Tensor) -> torch.Tensor: ...


class Tower:
    """From token ids to hidden states [tokens, width], not normed at the end."""

    def __init__(self, stack: Stack, name: str, weights: Weights) -> None:
        self._stack = stack
        self._embedding = weights[f"{name}.embedding"]
        self._positions = weights.get(f"{name}.positions")
        self._frequencies: torch.Tensor | None = None
        if stack.rope_frequencies is not None:
            frequencies = torch.from_numpy(stack.rope_frequencies)
            self._frequencies = frequencies.to(self._embedding.device)
        self._layers = [
            _Layer(stack, f"{name}.{number}", number, weights)
            for number in range(stack.num_layers)
        ]
        self._norm: Normalisation | None = None
        if f"{name}.norm.weight" in weights:
            self._norm = _norm(stack, f"{name}.norm", weights)

    def run(
        self, token_ids: torch.Tensor, positions: torch.Tensor, attention: Attention
    ) -> torch.Tensor:
        hidden = F.embedding(token_ids, self._embedding)
        if self._stack.embedding_scale != 1:
            hidden = hidden * self._stack.embedding_scale
        if self._positions is not None:
            hidden = hidden + F.embedding(positions, self._positions)
        turn = self._turn(positions)
        for layer in self._layers:
            hidden = layer.run(hidden, turn, attention)
        return hidden

    def norm(self, hidden: torch.Tensor) -> torch.Tensor:
        """After the last layer; rows that nobody asks for may be left out before."""
        return hidden if self._norm is None else self._norm(hidden)

    def _turn(self, positions: torch.Tensor) -> "_Turn | None":
        if self._frequencies is None:
            return None
        return _Turn(positions, self._frequencies, self._stack, self._embedding.dtype)


class _Turn:
    """Rotary positions: the two halves of a head are the two parts of a number."""

    def __init__(
        self,
        positions: torch.Tensor,
        frequencies: torch.Tensor,
        stack: Stack,
        dtype: torch.dtype,
    ) -> None:
        angles = positions[:, None, None].float() * frequencies
        self._cosine = (angles.cos() * stack.rope_scale).to(dtype)
        self._sine = (angles.sin() * stack.rope_scale).to(dtype)

    def __call__(self, heads: torch.Tensor) -> torch.Tensor:
        one, two = heads.chunk(2, dim=-1)
        return torch.cat(
            [
                one * self._cosine - two * self._sine,
                two * self._cosine + one * self._sine,
            ],
            dim=-1,
        )


class _Layer:
    def __init__(self, stack: Stack, name: str, number: int, weights: Weights) -> None:
        self._blocks: list[_SelfAttention | _CrossAttention | _FeedForward] = [
            _SelfAttention(stack, f"{name}.self", number, weights)
        ]
        if stack.has_cross:
            cross = _CrossAttention(stack, f"{name}.cross", number, weights)
            self._blocks.append(cross)
        self._blocks.append(_FeedForward(stack, f"{name}.ffn", weights))
        self._norm_first = stack.norm_first

    def run(
        self, hidden: torch.Tensor, turn: _Turn | None, attention: Attention
    ) -> torch.Tensor:
        for block in self._blocks:
            if self._norm_first:
                hidden = hidden + block.run(block.norm(hidden), turn, attention)
            else:
                hidden = block.norm(hidden + block.run(hidden, turn, attention))
        return hidden


class _SelfAttention:
    def __init__(self, stack: Stack, name: str, number: int, weights: Weights) -> None:
        self.norm = _norm(stack, f"{name}.norm", weights)
        self._number, self._width = number, stack.head_width
        self._inputs = Linear(weights, f"{name}.query", f"{name}.key", f"{name}.value")
        self._output = Linear(weights, f"{name}.output")
        self._head_norms: list[Normalisation] = []
        if f"{name}.query_norm.weight" in weights:
            self._head_norms = [
                Normalisation(weights, f"{name}.{part}_norm", Norm.RMS, stack.norm_eps)
                for part in ("query", "key")
            ]

    def run(
        self, hidden: torch.Tensor, turn: _Turn | None, attention: Attention
    ) -> torch.Tensor:
        query, key, value = (
            heads_of(part, self._width) for part in self._inputs(hidden)
        )
        if self._head_norms:
            query, key = self._head_norms[0](query), self._head_norms[1](key)
        if turn is not None:
            query, key = turn(query), turn(key)
        seen = attention.look(self._number, query, key, value)
        return self._output(seen.flatten(-2))[0]


class _CrossAttention:
    def __init__(self, stack: Stack, name: str, number: int, weights: Weights) -> None:
        self.norm = _norm(stack, f"{name}.norm", weights)
        self._number, self._width = number, stack.head_width
        self._query = Linear(weights, f"{name}.query")
        self._output = Linear(weights, f"{name}.output")

    def run(
        self, hidden: torch.Tensor, turn: _Turn | None, attention: Attention
    ) -> torch.Tensor:
        (query,) = self._query(hidden)
        seen = attention.look_across(self._number, heads_of(query, self._width))
        return self._output(seen.flatten(-2))[0]


class _FeedForward:
    def __init__(self, stack: Stack, name: str, weights: Weights) -> None:
        self.norm = _norm(stack, f"{name}.norm", weights)
        names = [f"{name}.gate", f"{name}.up"] if stack.is_gated else [f"{name}.up"]
        self._up = Linear(weights, *names)
        self._down = Linear(weights, f"{name}.down")
        self._activation = stack.activation

    def run(
        self, hidden: torch.Tensor, turn: _Turn | None, attention: Attention
    ) -> torch.Tensor:
        first, *gated = self._up(hidden)
        inner = _activate(self._activation, first)
        for other in gated:
            inner = inner * other
        return self._down(inner)[0]


def heads_of(rows: torch.Tensor, width: int) -> torch.Tensor:
    """[tokens, heads * width] as [tokens, heads, width]."""
    return rows.view(len(rows), -1, width)


def _norm(stack: Stack, name: str, weights: Weights) -> Normalisation:
    return Normalisation(weights, name, stack.norm, stack.norm_eps)


def _activate(activation: Activation, inputs: torch.Tensor) -> torch.Tensor:
    match activation:
        case Activation.SILU:
            return F.silu(inputs)
        case Activation.RELU:
            return F.relu(inputs)
        case Activation.GELU:
            return F.gelu(inputs)
        case Activation.GELU_TANH:
            return F.gelu(inputs, approximate="tanh")
