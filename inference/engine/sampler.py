"""Choosing the next tokens: one call a step, for all rows.

The device narrows each row down to what a draw needs, the host draws. So the host is
told once a step, and draws alike for every device.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from inference.engine.adjustments import logits_adjust
from inference.engine.draw import Draws, Ids, nucleus_draw, top_draw, whole_draw
from inference.engine.host import to_host
from inference.engine.logprobs import choices_measure
from inference.engine.sampled import Choice, Sampled
from inference.engine.top_tokens import best_tokens, top_tokens
from inference.sampling_params import SamplingParams

_NARROW = 128  # tokens; one wide top-k must not widen everybody's window


def tokens_choose(
    logits: torch.Tensor, sequences: Sequence[Sampled]
) -> list[Choice | None]:
    """One token for each row of `logits` [rows, vocabulary], fp32, left unchanged.

    None where a row has NaN or +inf, or where nothing may follow. The choice for a row
    depends on that row, its request and its position, never on its neighbours.
    """
    scores = logits_adjust(logits, sequences)
    token_ids = _token_ids(logits, scores, sequences)
    choices = [None if token is None else Choice(token) for token in token_ids]
    asking = {
        row: choice.token_id
        for row, choice in enumerate(choices)
        if choice and _sampling(sequences[row]).logprobs is not None
    }
    if asking:
        counts = [_sampling(sequences[row]).logprobs or 0 for row in asking]
        raw = _rows(logits, list(asking))
        measured = choices_measure(raw, list(asking.values()), counts)
        for row, choice in zip(asking, measured, strict=True):
            choices[row] = choice
    return choices


class _Way(Enum):
    """How a row comes to its token."""

    GREEDY = auto()
    NARROW = auto()  # from few most likely tokens
    WIDE = auto()  # from many
    NUCLEUS = auto()  # top-p of the whole vocabulary
    WHOLE = auto()  # from the whole vocabulary

    @classmethod
    def of(cls, sampling: SamplingParams) -> "_Way":
        if sampling.temperature == 0:
            return cls.GREEDY
        if sampling.top_k:
            return cls.NARROW if sampling.top_k <= _NARROW else cls.WIDE
        return cls.NUCLEUS if sampling.top_p < 1 else cls.WHOLE


@dataclass(frozen=True, slots=True)
class _Group:
    """Rows that come to their tokens in one way, and what the device says of them."""

    way: _Way
    rows: list[int]
    draws: Draws
    tensors: tuple[torch.Tensor, ...]

    def token_ids(self, arrays: Sequence[NDArray[Any]]) -> Ids:
        """`arrays`: the tensors, on the host."""
        if self.way is _Way.WHOLE:
            return arrays[0]
        if self.way is _Way.NUCLEUS:
            return nucleus_draw(arrays[0], self.draws)
        return top_draw(arrays[0], arrays[1], self.draws)


def _token_ids(
    logits: torch.Tensor, scores: torch.Tensor, sequences: Sequence[Sampled]
) -> list[int | None]:
    best, token_ids = best_tokens(scores)
    groups = _groups(scores, best, sequences)
    raw_best = best if scores is logits else best_tokens(logits)[0]
    tensors = [tensor for group in groups for tensor in group.tensors]
    chosen, *arrays = to_host(token_ids, best, raw_best, *tensors)
    is_sound = np.isfinite(arrays.pop(0)) & np.isfinite(arrays.pop(0))
    for group in groups:
        mine = [arrays.pop(0) for _ in group.tensors]
        chosen[group.rows] = group.token_ids(mine)
    return [
        int(token) if sound else None
        for token, sound in zip(chosen, is_sound, strict=True)
    ]


def _groups(
    scores: torch.Tensor, best: torch.Tensor, sequences: Sequence[Sampled]
) -> list[_Group]:
    rows: dict[_Way, list[int]] = {}
    for row, sequence in enumerate(sequences):
        rows.setdefault(_Way.of(_sampling(sequence)), []).append(row)
    rows.pop(_Way.GREEDY, None)
    return [
        _group(way, numbers, scores, best, [sequences[row] for row in numbers])
        for way, numbers in rows.items()
    ]


def _group(
    way: _Way,
    rows: list[int],
    scores: torch.Tensor,
    best: torch.Tensor,
    sequences: Sequence[Sampled],
) -> _Group:
    draws = Draws.of(sequences)
    mine = _rows(scores, rows)
    tensors: tuple[torch.Tensor, ...] = (mine,)
    if way is _Way.WHOLE:
        tensors = (whole_draw(mine, _rows(best, rows), draws),)
    elif way is not _Way.NUCLEUS:
        tensors = top_tokens(mine, int(draws.top_k.max()))
    return _Group(way, rows, draws, tensors)


def _rows(tensor: torch.Tensor, rows: list[int]) -> torch.Tensor:
    """Copied only where some are left out."""
    if len(rows) == len(tensor):
        return tensor
    numbers = torch.tensor(rows).to(tensor.device, non_blocking=True)
    return tensor.index_select(0, numbers)


def _sampling(sequence: Sampled) -> SamplingParams:
    return sequence.request.sampling
