"""Numbers, in whatever digits and with whatever separators."""

import re
from collections import Counter
from collections.abc import Iterator

from webapp.workspace.checks.finding import Finding, warning
from webapp.workspace.checks.pair import Pair

_NUMBER = re.compile(r"\d+(?:[.,'’\u00a0\u202f٫٬]\d+)*")


def numbers_check(pair: Pair) -> Iterator[Finding]:
    expected, found = _numbers(pair.source_words), _numbers(pair.target_words)
    missing, added = expected - found, found - expected
    if not missing and all(len(number) < 3 for number in added):
        return  # "two" of the source is 2 here
    # 10 000 is two numbers to us: what counts in the end is the digits.
    if _digits(missing) != _digits(added):
        yield warning(
            "numbers",
            missing=sorted(missing.elements()),
            added=sorted(added.elements()),
        )


def _digits(numbers: Counter[str]) -> list[str]:
    return sorted("".join(numbers.elements()))


def _numbers(text: str) -> Counter[str]:
    """
    >>> sorted(_numbers("1,000.5 and ٣"))
    ['10005', '3']
    """
    return Counter(
        "".join(str(int(c)) for c in number if c.isdecimal())
        for number in _NUMBER.findall(text)
    )
