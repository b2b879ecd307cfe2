"""A text without what repairing can put right: its numbers and placeholders.

>>> normal = normalise("Page 12 of %d")
>>> normal.text, [each.text for each in normal.variables]
('Page 0 of ◊', ['12', '%d'])
"""

import re
import unicodedata
from dataclasses import dataclass

from webapp.workspace.placeholders import placeholders_find

NUMBER_SIGN = "0"
PLACEHOLDER_SIGN = "◊"
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Variable:
    """A number or placeholder, and where it is in the text."""

    sign: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Normal:
    text: str
    variables: tuple[Variable, ...]

    @property
    def folded(self) -> str:
        """Small letters, and one space for any white space."""
        return " ".join(self.text.casefold().split())


def tidy(text: str) -> str:
    """What two texts must share to be exactly alike."""
    return unicodedata.normalize("NFC", text).strip()


def normalise(text: str) -> Normal:
    text = tidy(text)
    variables = variables_find(text)
    if not variables:
        return Normal(text, ())
    parts: list[str] = []
    at = 0
    for variable in variables:
        parts += (text[at : variable.start], variable.sign)
        at = variable.end
    parts.append(text[at:])
    return Normal("".join(parts), variables)


def variables_find(text: str) -> tuple[Variable, ...]:
    """In order. A number inside of a placeholder is a part of it."""
    placeholders = placeholders_find(text)
    if not placeholders:
        return tuple(_numbers(text, 0, len(text)))
    found: list[Variable] = []
    at = 0
    for placeholder in placeholders:
        found += _numbers(text, at, placeholder.start)
        start, end = placeholder.span
        found.append(Variable(PLACEHOLDER_SIGN, start, end, placeholder.text))
        at = placeholder.end
    return (*found, *_numbers(text, at, len(text)))


def _numbers(text: str, start: int, end: int) -> list[Variable]:
    return [
        Variable(NUMBER_SIGN, match.start(), match.end(), match[0])
        for match in _NUMBER.finditer(text, start, end)
    ]
