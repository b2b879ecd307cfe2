"""White space: where it begins and ends, doubled spaces, line ends."""

import re
from collections.abc import Iterator

from webapp.workspace.checks.finding import Finding, error, warning
from webapp.workspace.checks.pair import Pair

_DOUBLE = re.compile(r"(?<=\S)[ \u00a0]{2,}(?=\S)")
_ESCAPED = re.compile(r"(?<!\\)(?:\\\\)*(\\[nrt])")


def edges_check(pair: Pair) -> Iterator[Finding]:
    """A line end at an edge is what gettext itself insists on."""
    source, target = pair.source, pair.target
    if source.startswith("\n") != target.startswith("\n"):
        yield error("begin_newline", (0, 1))
    elif _lead(source) != _lead(target):
        yield warning("begin_space", (0, len(_lead(target)) or 1))
    last = len(target)
    if source.endswith("\n") != target.endswith("\n"):
        yield error("end_newline", (last - 1, last))
    elif _trail(source) != _trail(target):
        yield warning("end_space", (last - (len(_trail(target)) or 1), last))


def _lead(text: str) -> str:
    return text[: len(text) - len(text.lstrip())]


def _trail(text: str) -> str:
    return text[len(text.rstrip()) :]


def double_spaces_check(pair: Pair) -> Iterator[Finding]:
    if "  " in pair.source:
        return
    for match in _DOUBLE.finditer(pair.target):
        yield warning("double_space", match.span())


def newlines_check(pair: Pair) -> Iterator[Finding]:
    expected, found = pair.source.count("\n"), pair.target.count("\n")
    if expected != found:
        yield warning("newlines", expected=expected, found=found)


def escapes_check(pair: Pair) -> Iterator[Finding]:
    """What a program reads as a line end or tab: \\n, \\t."""
    if "\\" not in pair.source and "\\" not in pair.target:
        return
    for sign in ("\\n", "\\t", "\\r"):
        expected = _ESCAPED.findall(pair.source).count(sign)
        found = _ESCAPED.findall(pair.target).count(sign)
        if expected != found:
            yield warning("escapes", text=sign, expected=expected, found=found)
