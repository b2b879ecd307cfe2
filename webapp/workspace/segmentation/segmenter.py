"""Cuts text into segments by SRX rules.

At each place between two characters the first rule that matches decides; where none
does, the text goes on. Segments keep their white space: joined, they are the text.
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from webapp.workspace.segmentation.errors import SrxError
from webapp.workspace.segmentation.patterns import pattern_between
from webapp.workspace.segmentation.srx import (
    Rule,
    SrxDocument,
    own_rules,
    srx_parse,
)


@dataclass(frozen=True, slots=True)
class _Compiled:
    is_break: bool
    pattern: Any


class Segmenter:
    """The rules of one document, compiled once for each language.

    `seconds` bounds what one text may take: rules that people bring can be slow beyond
    reason on some texts, and then SrxError says so.
    """

    def __init__(self, document: SrxDocument, *, seconds: float = 10.0) -> None:
        self._document = document
        self._seconds = seconds
        self._compiled: dict[str, tuple[_Compiled, ...]] = {}

    def split(self, text: str, language: str) -> list[str]:
        """Segments in order, none of them empty; joined they are `text`.

        >>> own_segmenter().split("Dr. Who left. Did he?", "en")
        ['Dr. Who left. ', 'Did he?']
        """
        ends = [*self.breaks(text, language), len(text)]
        starts = [0, *ends[:-1]]
        return [text[start:end] for start, end in zip(starts, ends, strict=True) if end]

    def breaks(self, text: str, language: str) -> list[int]:
        """Where segments end and the next begin: offsets inside `text`, ascending."""
        watch = _Watch(self._seconds)
        rules = self._rules(language)
        try:
            return _breaks(text, rules, watch)
        except TimeoutError as error:
            raise SrxError("rules_too_slow", text[:60]) from error

    def _rules(self, language: str) -> tuple[_Compiled, ...]:
        found = self._compiled.get(language)
        if found is None:
            found = tuple(map(_compiled, self._document.rules(language)))
            self._compiled[language] = found
        return found


@cache
def own_segmenter() -> Segmenter:
    """The segmenter with the product's own rules."""
    return Segmenter(srx_parse(own_rules()))


class _Watch:
    """What is left of the time for one text."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds


def _breaks(text: str, rules: tuple[_Compiled, ...], watch: _Watch) -> list[int]:
    """Break rules propose places, the other rules before them may object.

    Places that only a no-break rule matches need not be looked at: they break nowhere.
    """
    first_break: dict[int, int] = {}  # place: the first break rule that matches there
    for number, rule in enumerate(rules):
        if rule.is_break:
            for match in rule.pattern.finditer(text, timeout=watch.left()):
                first_break.setdefault(match.start(), number)
    first_break.pop(0, None)
    first_break.pop(len(text), None)
    return [
        place
        for place, number in sorted(first_break.items())
        if not any(
            not rule.is_break and rule.pattern.match(text, place, timeout=watch.left())
            for rule in rules[:number]
        )
    ]


def _compiled(rule: Rule) -> _Compiled:
    return _Compiled(rule.is_break, pattern_between(rule.before, rule.after))
