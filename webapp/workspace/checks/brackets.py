"""What opens is closed."""

import re
from collections.abc import Iterator

from webapp.workspace.checks.finding import Finding, warning
from webapp.workspace.checks.pair import Pair

_CLOSES = {
    ")": "(",
    "]": "[",
    "}": "{",
    "）": "（",
    "】": "【",
    "］": "［",
    "」": "「",
    "』": "『",
    "》": "《",
}
# Inside of a word it is Hebrew's gershayim, after a number it means inches.
_QUOTE = re.compile(r'(?<!\d)(?:(?<!\w)"|"(?!\w))')
_OPENS = frozenset(_CLOSES.values())


def brackets_check(pair: Pair) -> Iterator[Finding]:
    place = _unbalanced(pair.target_words)
    if place is not None and _unbalanced(pair.source_words) is None:
        sign = pair.target[place]
        yield warning("brackets", (place, place + 1), text=sign)


def _unbalanced(text: str) -> int | None:
    """Where the first one without its other half is.

    >>> _unbalanced("a (b [c] d"), _unbalanced("1) one"), _unbalanced("(a)")
    (2, 1, None)
    """
    open_ones: list[tuple[str, int]] = []
    for place, character in enumerate(text):
        if character in _OPENS:
            open_ones.append((character, place))
        elif character in _CLOSES:
            if not open_ones or open_ones[-1][0] != _CLOSES[character]:
                return place
            open_ones.pop()
    return open_ones[0][1] if open_ones else None


def quotes_check(pair: Pair) -> Iterator[Finding]:
    """Straight quotation marks come in pairs."""
    found = [match.start() for match in _QUOTE.finditer(pair.target_words)]
    if len(found) % 2 and not len(_QUOTE.findall(pair.source_words)) % 2:
        yield warning("quotes", (found[-1], found[-1] + 1))
