"""Rows for the sampler, and the same choice made in the plainest way."""

import hashlib
import struct
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from inference.contract import GenerationRequest, TokenConstraint
from inference.engine.sampled import Choice
from inference.engine.sampler import tokens_choose
from inference.sampling_params import SamplingParams
from inference.text.phrases import Phrase

PLAIN: dict[str, Any] = {"temperature": 1.0, "top_p": 1.0, "top_k": 0}


@dataclass
class Row:
    """What the sampler reads of a sequence."""

    request: GenerationRequest
    seed: int
    position: int
    tokens: list[int]
    own_tokens: list[int]
    end_ids: frozenset[int] = field(default_factory=frozenset)
    phrases: Sequence[Phrase] = ()
    attention: Sequence[float] = ()


def row_make(
    *,
    prompt: Sequence[int] = (4,),
    own: Sequence[int] = (),
    end_ids: Collection[int] = (),
    constraint: TokenConstraint | None = None,
    position: int | None = None,
    seed: int = 1,
    phrases: Sequence[Phrase] = (),
    attention: Sequence[float] = (),
    **sampling: Any,
) -> Row:
    """Drawn from the whole vocabulary at temperature 1, unless said otherwise."""
    params = SamplingParams(**{**PLAIN, **sampling})
    return Row(
        request=GenerationRequest("r", "tiny", (), params, constraint=constraint),
        seed=seed,
        position=len(own) if position is None else position,
        tokens=[*prompt, *own],
        own_tokens=list(own),
        end_ids=frozenset(end_ids),
        phrases=phrases,
        attention=attention,
    )


def choose(logits: torch.Tensor, row: Row) -> Choice | None:
    return tokens_choose(logits[None], [row])[0]


def draw(logits: torch.Tensor, **settings: Any) -> int | None:
    """The token alone."""
    choice = choose(logits, row_make(**settings))
    return None if choice is None else choice.token_id


def draw_often(logits: torch.Tensor, count: int, **settings: Any) -> list[int]:
    """The tokens at so many positions, in one batch."""
    rows = [row_make(position=position, **settings) for position in range(count)]
    choices = tokens_choose(logits.repeat(count, 1), rows)
    assert all(choices)
    return [choice.token_id for choice in choices if choice]


def plain_choice(logits: torch.Tensor, row: Row) -> int | None:
    """What `tokens_choose` promises, step by step, with everything sorted."""
    if not np.isfinite(logits.numpy().max()):
        return None
    scores = plain_scores(logits, row)
    sampling = row.request.sampling
    best = scores.max()
    if best == -np.inf:
        return None
    if sampling.temperature == 0:
        return int(scores.argmax())
    weights = np.exp((scores.astype(np.float64) - best) / sampling.temperature)
    ranked = np.argsort(-scores, kind="stable")[: sampling.top_k or len(scores)]
    before = np.concatenate([[0.0], weights[ranked].cumsum()[:-1]])
    ranked = ranked[before < sampling.top_p * weights[ranked].sum()]
    kept = np.sort(ranked[weights[ranked] >= sampling.min_p])
    edges = weights[kept].cumsum()
    place = np.searchsorted(edges, _uniform(row) * edges[-1], side="right")
    return int(kept[place])


def plain_scores(logits: torch.Tensor, row: Row) -> NDArray[np.float32]:
    """Bias, penalties, minimum length, constraint."""
    scores = logits.numpy().copy()
    sampling = row.request.sampling
    for token, addend in sampling.logit_bias:
        scores[token] += np.float32(addend)
    for token in set(row.tokens):
        factor = np.float32(sampling.repetition_penalty)
        scores[token] = (
            scores[token] / factor if scores[token] > 0 else scores[token] * factor
        )
    for token in set(row.own_tokens):
        scores[token] -= np.float32(
            sampling.presence_penalty
            + sampling.frequency_penalty * row.own_tokens.count(token)
        )
    if len(row.own_tokens) < sampling.min_tokens:
        scores[[*row.end_ids, *sampling.stop_token_ids]] = -np.inf
    if row.request.constraint is not None:
        allowed = row.request.constraint.allowed(row.own_tokens)
        if allowed is not None:
            banned = set(range(len(scores))) - set(allowed)
            scores[sorted(banned)] = -np.inf
    return scores


def _uniform(row: Row) -> float:
    counter = struct.pack("<QQ", row.seed, row.position)
    digest = hashlib.blake2b(counter, digest_size=8).digest()
    return (int.from_bytes(digest) >> 11) / 2**53
