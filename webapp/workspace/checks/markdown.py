"""Markdown's structure: headings, lists, quotations, fences."""

import re
from collections.abc import Iterator
from itertools import zip_longest

from webapp.workspace.checks.finding import Finding, warning
from webapp.workspace.checks.pair import Pair

_MARK = re.compile(r"\s*(#{1,6}(?=\s)|[-*+](?=\s)|\d+[.)](?=\s)|>|```|~~~)?")


def markdown_check(pair: Pair) -> Iterator[Finding]:
    """The same marks at the beginnings of lines. Only where the format is Markdown."""
    if pair.placeholders != "markdown":
        return
    lines = zip_longest(_marks(pair.source), _marks(pair.target), fillvalue="")
    for number, (expected, found) in enumerate(lines, start=1):
        if expected != found:
            yield warning("markdown", line=number, expected=expected, found=found)
            return


def _marks(text: str) -> list[str]:
    """
    >>> _marks("# Title\\n1. one\\n* two\\nwords")
    ['#', '1.', '-', '']
    """
    return [
        _mark(match[1] or "") for match in map(_MARK.match, text.split("\n")) if match
    ]


def _mark(mark: str) -> str:
    if mark[:1].isdecimal():
        return "1."
    return "-" if mark in ("*", "+") else mark
