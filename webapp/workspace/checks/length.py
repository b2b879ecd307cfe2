"""How long it is."""

import re
from collections.abc import Iterator

from webapp.workspace.checks.finding import Finding, error, warning
from webapp.workspace.checks.pair import Pair

_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DENSITY = 3  # letters of an alphabet that one such character is worth
_LEAST = 20  # below it, lengths say nothing
_RATIO = 4


def max_length_check(pair: Pair) -> Iterator[Finding]:
    limit, length = pair.max_length, len(pair.target)
    if limit is not None and length > limit:
        yield error("max_length", (limit, length), length=length, limit=limit)


def ratio_check(pair: Pair) -> Iterator[Finding]:
    """Far too short or too long: something was left out, or said again and again."""
    source, target = _weight(pair.source), _weight(pair.target)
    if max(source, target) < _LEAST or min(source, target) == 0:
        return
    if source > _RATIO * target:
        yield warning("too_short")
    elif target > _RATIO * max(source, _LEAST // 2):
        yield warning("too_long")


def _weight(text: str) -> int:
    return len(text) + (_DENSITY - 1) * len(_DENSE.findall(text))
