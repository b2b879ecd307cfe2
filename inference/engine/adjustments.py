"""What a request changes in the logits before anything is chosen."""

import logging
from collections.abc import Collection, Sequence

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from inference.engine.phrase_bias import phrase_addends
from inference.engine.sampled import Sampled

log = logging.getLogger(__name__)


def logits_adjust(logits: torch.Tensor, sequences: Sequence[Sampled]) -> torch.Tensor:
    """Bias, phrases, penalties, minimum length, constraint: in this order.

    `logits` [rows, vocabulary] itself where nobody asks for any, else a copy. Only the
    tokens concerned are touched; ids outside the vocabulary are passed over. A row
    whose constraint leaves nothing, or fails, is -inf everywhere.
    """
    edits = [
        edit
        for collect in (
            _bias,
            _phrases,
            _repetition,
            _presence,
            _minimum,
            _constraint,
        )
        for edit in [collect(sequences, logits.shape[1])]
        if not edit.is_empty
    ]
    if not edits:
        return logits
    scores = logits.clone(memory_format=torch.contiguous_format)
    for edit in edits:
        edit.apply(scores)
    return scores


class _Edit:
    """Tokens of some rows, each with a number, changed in one go on the device."""

    def __init__(self, vocabulary: int) -> None:
        self._vocabulary = vocabulary
        self._rows: list[int] = []
        self._cells: list[NDArray[np.int64]] = []
        self._numbers: list[NDArray[np.float32]] = []

    @property
    def is_empty(self) -> bool:
        return not self._rows

    def add(self, row: int, ids: ArrayLike, numbers: ArrayLike = 0.0) -> None:
        """`numbers`: one for each id, or one for all."""
        ids = np.asarray(ids, dtype=np.int64)
        numbers = np.broadcast_to(np.asarray(numbers, dtype=np.float32), ids.shape)
        inside = (ids >= 0) & (ids < self._vocabulary)
        if not inside.all():
            ids, numbers = ids[inside], numbers[inside]
        self._rows.append(row)
        self._cells.append(ids + row * self._vocabulary)
        self._numbers.append(numbers)

    def apply(self, scores: torch.Tensor) -> None:
        cells = _to_device(np.concatenate(self._cells), scores)
        numbers = _to_device(np.concatenate(self._numbers), scores)
        flat = scores.view(-1)
        values = self._change(flat[cells], numbers)
        self._before(scores)
        flat[cells] = values  # a cell that is here twice gets the same value twice

    def _change(self, values: torch.Tensor, numbers: torch.Tensor) -> torch.Tensor:
        return values + numbers

    def _before(self, scores: torch.Tensor) -> None:
        """Before the changed values are written."""


class _Division(_Edit):
    def _change(self, values: torch.Tensor, numbers: torch.Tensor) -> torch.Tensor:
        return torch.where(values > 0, values / numbers, values * numbers)


class _Restriction(_Edit):
    """All of the row but these goes."""

    def _before(self, scores: torch.Tensor) -> None:
        rows = _to_device(np.asarray(self._rows), scores)
        scores.index_fill_(0, rows, -torch.inf)


def _bias(sequences: Sequence[Sampled], vocabulary: int) -> _Edit:
    edit = _Edit(vocabulary)
    for row, sequence in enumerate(sequences):
        if pairs := sequence.request.sampling.logit_bias:
            addends: dict[int, float] = {}
            for token_id, addend in pairs:
                addends[token_id] = addends.get(token_id, 0.0) + addend
            edit.add(row, list(addends), list(addends.values()))
    return edit


def _phrases(sequences: Sequence[Sampled], vocabulary: int) -> _Edit:
    """What is wanted and not yet written is begun more likely, and once begun finished
    (contextual biasing by shallow fusion: Zhao et al. 2019)."""
    edit = _Edit(vocabulary)
    for row, sequence in enumerate(sequences):
        if sequence.phrases:
            addends = phrase_addends(
                sequence.phrases, sequence.own_tokens, sequence.attention
            )
            edit.add(row, list(addends), list(addends.values()))
    return edit


def _repetition(sequences: Sequence[Sampled], vocabulary: int) -> _Edit:
    """CTRL (Keskar et al. 2019): what was read or written becomes less likely."""
    edit = _Division(vocabulary)
    for row, sequence in enumerate(sequences):
        penalty = sequence.request.sampling.repetition_penalty
        if penalty != 1:
            edit.add(row, _ids(sequence.tokens), penalty)
    return edit


def _presence(sequences: Sequence[Sampled], vocabulary: int) -> _Edit:
    """Presence and frequency: what the answer itself says already."""
    edit = _Edit(vocabulary)
    for row, sequence in enumerate(sequences):
        sampling = sequence.request.sampling
        if sampling.presence_penalty or sampling.frequency_penalty:
            ids, counts = np.unique(_ids(sequence.own_tokens), return_counts=True)
            penalties = sampling.presence_penalty + sampling.frequency_penalty * counts
            edit.add(row, ids, -penalties)
    return edit


def _minimum(sequences: Sequence[Sampled], vocabulary: int) -> _Edit:
    """No end before the answer has its least length."""
    edit = _Edit(vocabulary)
    for row, sequence in enumerate(sequences):
        sampling = sequence.request.sampling
        if sampling.min_tokens and len(sequence.own_tokens) < sampling.min_tokens:
            ends = [*sequence.end_ids, *sampling.stop_token_ids]
            edit.add(row, ends, -np.inf)
    return edit


def _constraint(sequences: Sequence[Sampled], vocabulary: int) -> _Edit:
    edit = _Restriction(vocabulary)
    for row, sequence in enumerate(sequences):
        if sequence.request.constraint is not None:
            allowed = _allowed(sequence)
            if allowed is not None:
                edit.add(row, allowed)
    return edit


def _allowed(sequence: Sampled) -> NDArray[np.int64] | None:
    assert sequence.request.constraint is not None
    try:
        ids = sequence.request.constraint.allowed(sequence.own_tokens)
        return None if ids is None else _ids(ids)
    except Exception:  # one request's constraint: the other rows go on
        log.exception("the constraint of %s failed", sequence.request.id)
        return np.empty(0, dtype=np.int64)


def _ids(token_ids: Collection[int]) -> NDArray[np.int64]:
    return np.fromiter(token_ids, dtype=np.int64, count=len(token_ids))


def _to_device(numbers: NDArray[np.generic], like: torch.Tensor) -> torch.Tensor:
    return torch.from_numpy(numbers).to(like.device, non_blocking=True)
