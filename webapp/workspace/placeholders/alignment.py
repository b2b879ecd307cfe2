"""Which part of a translation came from which part of its source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

Span = tuple[int, int]
_WORD_STARTS = " \u2581\n"  # as tokenizers write them
_NEARNESS = 0.7  # how much less the next word says than the one before it


@dataclass(frozen=True, slots=True)
class Alignment:
    """`source` and `target`: where each token is in the masked text and in the
    translation. `weights`: of each token of the target, one for each of the source."""

    source: Sequence[Span]
    target: Sequence[Span]
    weights: Sequence[Sequence[float]]

    def __post_init__(self) -> None:
        is_square = len(self.weights) == len(self.target) and all(
            len(row) == len(self.source) for row in self.weights
        )
        if not is_square:
            raise ValueError("an alignment has one weight for each pair of tokens")


def alignment_of(explanation: Mapping[str, Any], source: str) -> Alignment | None:
    """From what a segment keeps of a generation (generation/explanation.py), where
    `source` is what the model read. None where it tells nothing of the kind."""
    tokens = explanation.get("tokens", [])
    if not tokens or not any(pairs for *_, pairs in tokens):
        return None
    there = _spans(explanation["source"], source)
    ends = list(accumulate(len(text) for text, *_ in tokens))
    here = [
        (end - len(text), end) for end, (text, *_) in zip(ends, tokens, strict=True)
    ]
    weights = []
    for *_, pairs in tokens:
        known = dict(pairs)
        weights.append([known.get(number, 0.0) for number in range(len(there))])
    return Alignment(there, here, weights)


def _spans(texts: Sequence[str], source: str) -> list[Span]:
    """Where each token is; nowhere for one that the text does not have."""
    spans: list[Span] = []
    at = 0
    for text in texts:
        bare = text.strip(_WORD_STARTS)
        start = source.find(bare, at) if bare else -1
        at = at if start < 0 else start + len(bare)
        spans.append((at if start < 0 else start, at))
    return spans


def gap_between(alignment: Alignment, span: Span, gaps: Sequence[int]) -> int:
    """Where in the translation `span` of the source belongs.

    Of `gaps` the one with most weight on its own side, before and after.
    """
    signs = _signs(alignment.source, span)
    leans = [
        ((start + end) / 2, sum(w * sign for w, sign in zip(row, signs, strict=True)))
        for (start, end), row in zip(alignment.target, alignment.weights, strict=True)
    ]
    return max(
        gaps,
        key=lambda gap: sum(lean if middle < gap else -lean for middle, lean in leans),
    )


def _signs(source: Sequence[Span], span: Span) -> list[float]:
    """Above nought before the span, below it after; the nearer, the more."""
    before = sum(end <= span[0] for _, end in source)
    after = next((n for n, (start, _) in enumerate(source) if start >= span[1]), None)
    signs = [_NEARNESS ** (before - n - 1) for n in range(before)]
    signs += [0.0] * ((len(source) if after is None else after) - before)
    return signs + [-(_NEARNESS**n) for n in range(len(source) - len(signs))]


def image_of(alignment: Alignment, span: Span) -> Span | None:
    """From the first to the last of what came most of all from `span` of the source."""
    inside = {
        number
        for number, (start, end) in enumerate(alignment.source)
        if start < span[1] and span[0] < end
    }
    found = [
        target
        for target, row in zip(alignment.target, alignment.weights, strict=True)
        if row and max(range(len(row)), key=row.__getitem__) in inside
    ]
    if not found:
        return None
    return min(start for start, _ in found), max(end for _, end in found)
