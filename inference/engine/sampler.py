"""Choosing the next token."""

import hashlib
import struct

import torch

from inference.contract import SamplingParams
from inference.engine.sequence import Sequence


def tokens_choose(logits: torch.Tensor, sequences: list[Sequence]) -> list[int | None]:
    """One token for each row of `logits` [rows, vocabulary]; None where it has NaN.

    Row by row the result depends only on that row, its request and its position.
    """
    best, best_ids = logits.max(dim=-1)  # NaN wins any maximum
    is_sound = best.isfinite().tolist()
    greedy_ids = best_ids.tolist()
    return [
        _choose(logits[row], greedy_ids[row], sequence) if is_sound[row] else None
        for row, sequence in enumerate(sequences)
    ]


def _choose(logits: torch.Tensor, greedy_id: int, sequence: Sequence) -> int:
    sampling = sequence.request.sampling
    if sampling.repetition_penalty != 1.0:
        logits = _penalised(logits, sequence.tokens, sampling.repetition_penalty)
        greedy_id = int(logits.argmax())
    if sampling.temperature == 0:
        return greedy_id
    return _draw(logits, sampling, _uniform(sequence.seed, sequence.position))


def _penalised(logits: torch.Tensor, tokens: list[int], penalty: float) -> torch.Tensor:
    """Tokens that were read or written already become less likely, each once."""
    seen = torch.tensor(sorted(set(tokens)), device=logits.device)
    values = logits[seen]
    values = torch.where(values > 0, values / penalty, values * penalty)
    return logits.scatter(0, seen, values)


def _draw(logits: torch.Tensor, sampling: SamplingParams, uniform: float) -> int:
    """The token at `uniform` (0 to 1) of the distribution, in the vocabulary's order.

    That order, unlike one by probability, does not turn two nearly equal tokens
    round when the arithmetic differs in its last bit.
    """
    count = min(sampling.top_k or logits.numel(), logits.numel())
    values, ids = logits.topk(count)  # sorted, the most likely first
    scaled = (values.double() - values[0].double()) / sampling.temperature
    weights = scaled.softmax(dim=-1)
    if sampling.top_p < 1:
        before = weights.cumsum(dim=-1) - weights
        weights = weights * (before < sampling.top_p)  # the first always stays
    order = ids.argsort()
    edges = weights[order].cumsum(dim=-1)
    place = torch.searchsorted(edges, edges[-1] * uniform, right=True)
    return int(ids[order][place.clamp(max=count - 1)])


def _uniform(seed: int, position: int) -> float:
    """A number in [0, 1) that only seed and position decide, on any machine."""
    counter = struct.pack("<QQ", seed, position)
    digest = hashlib.blake2b(counter, digest_size=8).digest()
    return (int.from_bytes(digest) >> 11) / 2**53
