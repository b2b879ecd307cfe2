"""ICU MessageFormat: the arguments of a message, and where its translatable texts are.

>>> message = icu_parse("{n, plural, one {# file} other {# files}} left")
>>> [(each.name, each.kind, each.selectors) for each in message.arguments]
[('n', 'plural', ('one', 'other'))]
>>> [message.text[start:end] for start, end in message.pieces]
['{n, plural, one {', '#', '} other {', '#', '}}']
"""

import re
from dataclasses import dataclass, field

_COMPLEX = re.compile(r"\{\s*\w+\s*,\s*(?:plural|select|selectordinal)\s*,")
_NAME = re.compile(r"\s*([\w.-]+)\s*")
_OFFSET = re.compile(r"\s*offset\s*:\s*\d+\s*")
_SELECTOR = re.compile(r"\s*(=\d+|[\w-]+)\s*(?=\{)")
_FOREIGN = re.compile(r"\{\s*\}|\{\{[^{}]*\}\}|\{\s*[$-][^{}]*\}")
_PLAIN = re.compile(r"[^{}#']+")
MAX_DEPTH = 20  # a message of more is an attack, not a sentence


class IcuError(ValueError):
    """`problem` is one of "close", "open", "name", "selector", "other", "deep"."""

    def __init__(self, problem: str, position: int) -> None:
        super().__init__(f"{problem} at {position}")
        self.problem = problem
        self.position = position


@dataclass(frozen=True, slots=True)
class IcuArgument:
    """kind: "" of a plain one, else plural, select, number and so on."""

    name: str
    kind: str
    selectors: tuple[str, ...]
    span: tuple[int, int]


@dataclass(slots=True)
class IcuMessage:
    """pieces: spans of the structure of plurals and selects, in order, with each #."""

    text: str
    arguments: list[IcuArgument] = field(default_factory=list)
    pieces: list[tuple[int, int]] = field(default_factory=list)


def is_icu(text: str) -> bool:
    """Has the text a plural or select?"""
    return "{" in text and _COMPLEX.search(text) is not None


def icu_parse(text: str) -> IcuMessage:
    """Raises IcuError."""
    return _Parser(text).message


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self.message = IcuMessage(text)
        self._texts(depth=0, in_plural=False)
        if self._at < len(text):
            raise IcuError("open", self._at)

    def _texts(self, *, depth: int, in_plural: bool) -> None:
        """Up to the brace that closes this branch, or the end."""
        if depth > MAX_DEPTH:
            raise IcuError("deep", self._at)
        while self._at < len(self._text):
            character = self._text[self._at]
            if character == "}":
                return
            if character == "{":
                self._argument(depth, in_plural=in_plural)
            elif character == "'":
                self._quote(in_plural=in_plural)
            elif character == "#":
                if in_plural:
                    self.message.pieces.append((self._at, self._at + 1))
                self._at += 1
            else:
                self._take(_PLAIN)

    def _quote(self, *, in_plural: bool) -> None:
        """'{' is a brace in words; it's alone is an apostrophe."""
        special = "{}#" if in_plural else "{}"
        following = self._text[self._at + 1 : self._at + 2]
        if not following or following not in special:
            self._at += 2 if following == "'" else 1
            return
        end = self._text.find("'", self._at + 2)
        self._at = len(self._text) if end < 0 else end + 1

    def _argument(self, depth: int, *, in_plural: bool) -> None:
        start = self._at
        self._at += 1
        name = self._take(_NAME)
        if not name:
            self._foreign(start)
            return
        kind = ""
        selectors: tuple[str, ...] = ()
        if self._next() == ",":
            self._at += 1
            kind = self._take(_NAME).strip()
            if kind in ("plural", "select", "selectordinal"):
                selectors = self._branches(start, kind, depth, in_plural=in_plural)
            else:
                self._style(start)
        if self._next() != "}":
            raise IcuError("close", start)
        self._at += 1
        span = (start, self._at)
        self.message.arguments.append(IcuArgument(name.strip(), kind, selectors, span))

    def _foreign(self, start: int) -> None:
        """{} and {{name}} are other programs' and may stand in a branch."""
        self._at = start
        if not self._take(_FOREIGN):
            raise IcuError("name", start)

    def _style(self, start: int) -> None:
        end = self._text.find("}", self._at)
        if end < 0:
            raise IcuError("close", start)
        self._at = end

    def _branches(
        self, start: int, kind: str, depth: int, *, in_plural: bool
    ) -> tuple[str, ...]:
        if self._next() != ",":
            raise IcuError("selector", self._at)
        self._at += 1
        self._take(_OFFSET)
        found: list[str] = []
        piece = start
        while selector := self._take(_SELECTOR):
            self._at += 1
            self.message.pieces.append((piece, self._at))
            self._texts(depth=depth + 1, in_plural=in_plural or kind != "select")
            if self._next() != "}":
                raise IcuError("close", start)
            piece = self._at
            self._at += 1
            found.append(selector.strip())
        self._spaces()
        if self._next() != "}":
            problem = "selector" if self._next() else "close"
            raise IcuError(problem, self._at if self._next() else start)
        if "other" not in found:
            raise IcuError("other", start)
        self.message.pieces.append((piece, self._at + 1))
        return tuple(found)

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            return ""
        self._at = match.end()
        return match[0]

    def _spaces(self) -> None:
        while self._next().isspace():
            self._at += 1

    def _next(self) -> str:
        return self._text[self._at : self._at + 1]
