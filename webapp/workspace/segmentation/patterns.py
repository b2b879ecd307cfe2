"""The expressions of SRX rules: ICU's dialect, in the one that runs here.

Both know Unicode properties and operations on sets. What ICU alone can write is
rewritten; what could make a pattern huge is refused before it is compiled.
"""

from functools import lru_cache
from typing import Any

import regex

from webapp.workspace.segmentation.errors import SrxError

MAX_PATTERN = 8000  # characters; the longest lists of abbreviations have about 3,000
_MAX_DEPTH = 50  # brackets inside brackets
_QUOTED = regex.compile(r"\\Q(.*?)(?:\\E|\Z)", regex.DOTALL)
_HEX = regex.compile(r"(?<!\\)((?:\\\\)*)\\x\{([0-9A-Fa-f]{1,6})\}")


@lru_cache(maxsize=4096)
def pattern_between(before: str, after: str) -> Any:
    """A pattern that matches, without width, between `before` and `after`.

    >>> [m.start() for m in pattern_between(r"[.!]+", r"\\s").finditer("Oh. No!! Yes.")]
    [3, 8]
    """
    for part in (before, after):
        _check(part)
    ends = f"(?<={_translated(before)})" if before else ""
    begins = f"(?={_translated(after)})" if after else ""
    return _compiled(ends + begins)


def language_pattern(expression: str) -> Any:
    """A pattern for language codes."""
    _check(expression)
    return _compiled(_translated(expression))


def _check(expression: str) -> None:
    """Each half must stand by itself: or its brackets could close those around it."""
    if len(expression) > MAX_PATTERN:
        raise SrxError("pattern_too_long", expression[:60])
    depth = deepest = 0
    for character in expression:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    if deepest > _MAX_DEPTH:
        raise SrxError("pattern_too_deep", expression[:60])
    _compiled(_translated(expression))


def _translated(expression: str) -> str:
    quoted = _QUOTED.sub(lambda match: regex.escape(match[1]), expression)
    return str(_HEX.sub(_character, quoted))


def _character(match: Any) -> str:
    return f"{match[1]}\\U{int(match[2], 16):08X}"


def _compiled(expression: str) -> Any:
    try:
        return regex.compile(expression, regex.VERSION1)
    except (regex.error, RecursionError, OverflowError, ValueError) as error:
        raise SrxError("pattern_invalid", f"{expression[:60]}: {error}") from error
