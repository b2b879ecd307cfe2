"""Drawing a token at random, always the same for the same seed and position.

A number from 0 to 1 picks the token at its place in the distribution, in the order of
the vocabulary. That order, unlike one by probability, does not turn two nearly equal
tokens round when the arithmetic differs in its last bit. Everything is in double
precision, and sums run from left to right: zeros behind change nothing, so a row does
not notice how wide its neighbours are.
"""

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray

from inference.engine.sampled import Sampled

_BINS_PER_NAT = 16

Doubles = NDArray[np.float64]
Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Draws:
    """What decides the draws of some rows, each [rows, 1]."""

    temperature: Doubles
    top_k: Ids
    top_p: Doubles
    min_p: Doubles
    uniform: Doubles

    @classmethod
    def of(cls, sequences: Sequence[Sampled]) -> "Draws":
        sampling = [sequence.request.sampling for sequence in sequences]
        return cls(
            temperature=_column([s.temperature for s in sampling]),
            top_k=np.array([[s.top_k] for s in sampling]),
            top_p=_column([s.top_p for s in sampling]),
            min_p=_column([s.min_p for s in sampling]),
            uniform=_column([_uniform(s.seed, s.position) for s in sequences]),
        )

    def part(self, rows: slice) -> "Draws":
        return Draws(
            temperature=self.temperature[rows],
            top_k=self.top_k[rows],
            top_p=self.top_p[rows],
            min_p=self.min_p[rows],
            uniform=self.uniform[rows],
        )


def _column(values: list[float]) -> Doubles:
    return np.array(values, dtype=np.float64)[:, None]


def _uniform(seed: int, position: int) -> float:
    """A number in [0, 1) that only seed and position decide, on any machine."""
    counter = struct.pack("<QQ", seed, position)
    digest = hashlib.blake2b(counter, digest_size=8).digest()
    return (int.from_bytes(digest) >> 11) / 2**53


def top_draw(values: NDArray[np.float32], ids: Ids, draws: Draws) -> Ids:
    """One id for each row, of its most likely tokens [rows, width], the highest first.

    Applies top-k, top-p, min-p; a broken row gets any id. `width` is at least each
    row's top_k, or there are no more tokens.
    """
    weights = _weights(values, values[:, :1], draws)
    weights[np.arange(values.shape[1]) >= draws.top_k] = 0
    mass = weights.cumsum(axis=1)
    kept = weights >= draws.min_p
    kept[:, 1:] &= mass[:, :-1] < draws.top_p * mass[:, -1:]
    order = ids.argsort(axis=1)
    weights = np.take_along_axis(weights * kept, order, axis=1)
    place = _place(weights.cumsum(axis=1), draws.uniform)
    return np.take_along_axis(ids, np.take_along_axis(order, place, axis=1), 1)[:, 0]


def nucleus_draw(scores: NDArray[np.float32], draws: Draws) -> Ids:
    """One id for each whole row [rows, vocabulary], where no top-k narrows it.

    Applies top-p and min-p. A broken row gets 0.
    """
    token_ids = np.zeros(len(scores), dtype=np.int64)
    for number in np.flatnonzero(np.isfinite(scores.max(axis=1))):
        one = slice(number, number + 1)
        token_ids[number] = _nucleus_draw(scores[one], draws.part(one))
    return token_ids


def _nucleus_draw(scores: NDArray[np.float32], draws: Draws) -> int:
    weights = _weights(scores, scores.max(axis=1, keepdims=True), draws)
    kept = _nucleus(scores[0], weights[0], draws.top_p.item(), draws.min_p.item())
    edges = weights[:, kept].cumsum(axis=1)
    return int(kept[_place(edges, draws.uniform)].item())


def _nucleus(
    scores: NDArray[np.float32], weights: Doubles, top_p: float, min_p: float
) -> Ids:
    """Ids, rising, of the most likely tokens that weigh `top_p` of all together.

    Nothing is sorted but a margin. All tokens below the floor weigh less than what
    top-p leaves out. The others fall into bins by their weights, and only the bin in
    which the mass is reached needs a closer look.
    """
    mass = top_p * weights.sum()
    floor = (1 - top_p) * weights.sum() / weights.size
    likely = np.flatnonzero(weights >= max(floor, min_p))
    bins = (np.log(weights[likely]) * -_BINS_PER_NAT).astype(np.int64)
    masses = np.bincount(bins, weights[likely]).cumsum()
    last = min(int(np.searchsorted(masses, mass)), masses.size - 1)
    margin = likely[bins == last]
    margin = margin[np.argsort(-scores[margin], kind="stable")]
    before = weights[margin[:-1]].cumsum() + (masses[last - 1] if last else 0)
    is_kept = np.zeros(weights.size, dtype=np.bool_)
    is_kept[likely[bins < last]] = True
    is_kept[margin[: 1 + int((before < mass).sum())]] = True
    return np.flatnonzero(is_kept)


def whole_draw(scores: torch.Tensor, best: torch.Tensor, draws: Draws) -> torch.Tensor:
    """One id for each row [rows, vocabulary] where neither top-k nor top-p narrows it.

    `best` [rows] is the highest score. Stays on the scores' device.
    """
    temperature, min_p, uniform = (
        torch.from_numpy(column).to(scores.device, non_blocking=True)
        for column in (draws.temperature, draws.min_p, draws.uniform)
    )
    weights = scores.double().sub_(best[:, None]).div_(temperature).exp_()
    edges = weights.masked_fill_(weights < min_p, 0).cumsum(dim=-1)
    total = edges[:, -1:].contiguous()
    place = torch.searchsorted(edges, total * uniform, right=True)
    last = torch.searchsorted(edges, total).clamp_(max=scores.shape[1] - 1)
    return torch.minimum(place, last)[:, 0]


def _weights(
    values: NDArray[np.float32], best: NDArray[np.float32], draws: Draws
) -> Doubles:
    """Not yet divided by their sum; the most likely token's is 1."""
    # Inf less inf in a broken row; overflow at the smallest temperatures.
    with np.errstate(invalid="ignore", over="ignore"):
        distances = values.astype(np.float64) - best
        weights: Doubles = np.exp(distances / draws.temperature)
    return weights


def _place(edges: Doubles, uniform: Doubles) -> Ids:
    """Where `uniform` falls into [0, last edge), [rows, 1]; never on a weight of 0."""
    total = edges[:, -1:]
    place = (edges <= total * uniform).sum(axis=1, keepdims=True)
    last = (edges < total).sum(axis=1, keepdims=True)
    return cast(Ids, np.minimum(place, last))
