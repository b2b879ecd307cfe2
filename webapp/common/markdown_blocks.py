"""Where a Markdown block begins and ends, decided line by line without parsing.

Only top-level blocks are told apart, so each can be rendered alone. Rules are those
of CommonMark as far as they decide a boundary; what is inside a block is the
renderer's business.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_LIST_ITEM = re.compile(r" {0,3}(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)")
# Within a paragraph only these begin a list: "1984. It was..." must not.
_LIST_AFTER_TEXT = re.compile(r" {0,3}(?:[-+*]|1[.)])[ \t]+\S")
_MATH = re.compile(r" {0,3}(\$\$|\\\[)")
_INDENTED = re.compile(r" {4}| {0,3}\t")
_MATH_END = {"$$": "$$", "\\[": "\\]"}


@dataclass(frozen=True, slots=True)
class LineVerdict:
    begins_block: bool = False  # what was open closed before this line
    ends_block: bool = False  # the open block closes with this line


class _Kind(Enum):
    NONE = auto()  # between blocks; blank lines here belong to the next block
    TEXT = auto()  # paragraph, table or quote: up to a blank line
    LIST = auto()  # stays open over blank lines, until something else begins
    INDENTED = auto()  # code by indentation, the same
    FENCE = auto()
    MATH = auto()


_INSIDE = LineVerdict()
_LAST = LineVerdict(ends_block=True)


class BlockScanner:
    """Feed it complete lines in order. Time and memory a line: its own length."""

    def __init__(self) -> None:
        self._kind = _Kind.NONE
        self._marker = ""  # what opened the fence or the math block
        self._after_blank = False
        self._rules: dict[_Kind, Callable[[str], LineVerdict]] = {
            _Kind.NONE: self._between,
            _Kind.TEXT: self._in_text,
            _Kind.LIST: self._in_list,
            _Kind.INDENTED: self._in_indented,
            _Kind.FENCE: self._in_fence,
            _Kind.MATH: self._in_math,
        }

    def take(self, line: str) -> LineVerdict:
        line = line.rstrip("\r\n")
        verdict = self._rules[self._kind](line)
        self._after_blank = not line.strip()
        if verdict.ends_block:
            self._kind = _Kind.NONE
        return verdict

    def _between(self, line: str) -> LineVerdict:
        if not line.strip():
            return _INSIDE
        if _HEADING.match(line) or _RULE.match(line):
            return _LAST
        if fence := _FENCE.match(line):
            self._kind, self._marker = _Kind.FENCE, fence[1]
        elif math := _MATH.match(line):
            self._kind, self._marker = _Kind.MATH, math[1]
            return _LAST if self._math_ends(line[math.end() :]) else _INSIDE
        elif _LIST_ITEM.match(line):
            self._kind = _Kind.LIST
        else:
            self._kind = _Kind.INDENTED if _INDENTED.match(line) else _Kind.TEXT
        return _INSIDE

    def _begin_next(self, line: str) -> LineVerdict:
        """What was open is over, and this line is the first of something else."""
        self._kind = _Kind.NONE
        return LineVerdict(begins_block=True, ends_block=self._between(line).ends_block)

    def _in_text(self, line: str) -> LineVerdict:
        if not line.strip():
            return _LAST
        interrupts = _interrupts(line) or _LIST_AFTER_TEXT.match(line)
        return self._begin_next(line) if interrupts else _INSIDE

    def _in_list(self, line: str) -> LineVerdict:
        if not line.strip() or line.startswith(("  ", "\t")) or _LIST_ITEM.match(line):
            return _INSIDE
        # Without a blank line before, plain text carries the last item on.
        over = self._after_blank or _interrupts(line)
        return self._begin_next(line) if over else _INSIDE

    def _in_indented(self, line: str) -> LineVerdict:
        if not line.strip() or _INDENTED.match(line):
            return _INSIDE
        return self._begin_next(line)

    def _in_fence(self, line: str) -> LineVerdict:
        closing = line.strip(" \t")
        is_end = (
            len(closing) >= len(self._marker)
            and not closing.strip(self._marker[0])
            and not _INDENTED.match(line)
        )
        return _LAST if is_end else _INSIDE

    def _in_math(self, line: str) -> LineVerdict:
        # A blank line means that it never was math: no closing sign will come.
        return _LAST if not line.strip() or self._math_ends(line) else _INSIDE

    def _math_ends(self, rest: str) -> bool:
        return rest.rstrip().endswith(_MATH_END[self._marker])


def _interrupts(line: str) -> bool:
    return any(rule.match(line) for rule in (_FENCE, _HEADING, _MATH))
