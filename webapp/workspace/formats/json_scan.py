"""The strings of a JSON file, each with its place and its path.

Python's own reader gives neither places nor a limit on nesting, so the few tokens of
JSON are walked here, without recursion.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from webapp.workspace.formats.limits import Limits
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.text_source import TextSource

_TOKEN = re.compile(
    r"[ \t\r\n]*(?:"
    r'(?P<string>"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")'
    r"|(?P<sign>[{}\[\]:,])"
    r"|(?P<other>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)"
    r"|(?P<end>\Z))"
)


@dataclass(frozen=True, slots=True)
class JsonString:
    """A string value. In an object it has a key, and white space before that."""

    path: tuple[str, ...]
    start: int
    end: int
    text: str
    key_start: int = -1
    key_end: int = -1
    gap: str = ""  # between what precedes the key and the key

    @property
    def is_member(self) -> bool:
        return self.key_start >= 0


@dataclass(slots=True)
class _Container:
    is_object: bool
    start: int
    names: dict[str, int] = field(default_factory=dict)  # with their lines
    num_items: int = 0
    name: str = ""  # of the current member
    key_start: int = -1
    key_end: int = -1
    gap: str = ""

    @property
    def part(self) -> str:
        return self.name if self.is_object else f"[{self.num_items}]"


def json_strings(source: TextSource, *, limits: Limits) -> list[JsonString]:
    return list(_Walker(source, limits).values())


class _Walker:
    def __init__(self, source: TextSource, limits: Limits) -> None:
        self._source = source
        self._limits = limits
        self._stack: list[_Container] = []
        self._position = 0

    def values(self) -> Iterator[JsonString]:
        while True:
            yield from self._value(self._next())
            if not self._stack:
                break
        end = self._next()
        if end.lastgroup != "end":
            raise self._error(end, "")

    def _value(self, token: re.Match[str]) -> Iterator[JsonString]:
        """One value; after it the way to the next, out of what it closes."""
        sign = token["sign"]
        if sign in ("{", "["):
            self._open(token, is_object=sign == "{")
            return
        if token["string"] is not None:
            yield self._string(token)
        elif token["other"] is None:
            raise self._error(token, '"')
        self._after_value()

    def _open(self, token: re.Match[str], *, is_object: bool) -> None:
        position = token.start("sign")
        self._stack.append(_Container(is_object, position))
        self._limits.check_depth(len(self._stack), self._source.line_of(position))
        following = self._peek()
        if following["sign"] == ("}" if is_object else "]"):
            self._next()
            self._stack.pop()
            self._after_value()
        elif is_object:
            self._member()

    def _member(self) -> None:
        """A member's name and its colon."""
        container = self._stack[-1]
        token = self._next()
        if token["string"] is None:
            raise self._error(token, '"')
        start, end = token.span("string")
        name = _text(token["string"])
        line = self._source.line_of(start)
        if name in container.names:
            first = container.names[name]
            element = ".".join([*self._path()[:-1], name])
            raise FormatError(
                Problem.DUPLICATE, line=line, first_line=first, element=element
            )
        container.names[name] = line
        container.name, container.key_start, container.key_end = name, start, end
        container.gap = self._source.text[token.start() : start]
        self._sign(":")

    def _after_value(self) -> None:
        """To the next value, or out of all containers that end here."""
        while self._stack:
            container = self._stack[-1]
            container.num_items += 1
            closing = "}" if container.is_object else "]"
            if self._sign(",", closing) == ",":
                if container.is_object:
                    self._member()
                return
            self._stack.pop()

    def _string(self, token: re.Match[str]) -> JsonString:
        start, end = token.span("string")
        text, path = _text(token["string"]), self._path()
        if not self._stack or not self._stack[-1].is_object:
            return JsonString(path, start, end, text)
        last = self._stack[-1]
        return JsonString(
            path, start, end, text, last.key_start, last.key_end, last.gap
        )

    def _path(self) -> tuple[str, ...]:
        return tuple(container.part for container in self._stack)

    def _sign(self, *expected: str) -> str:
        token = self._next()
        if token["sign"] not in expected:
            raise self._error(token, expected[-1])
        return token["sign"]

    def _next(self) -> re.Match[str]:
        token = self._peek()
        self._position = token.end()
        return token

    def _peek(self) -> re.Match[str]:
        token = _TOKEN.match(self._source.text, self._position)
        if token:
            return token
        rest = self._source.text[self._position :].lstrip()
        position = len(self._source.text) - len(rest)
        if re.fullmatch(r'"(?:[^"\\\n]|\\.)*\\?', rest):
            raise self._source.error(Problem.TRUNCATED, position, element='"')
        raise self._source.error(Problem.SYNTAX, position, found=rest[:20])

    def _error(self, token: re.Match[str], expected: str) -> FormatError:
        if token.lastgroup == "end":
            element = ".".join(self._path())
            return self._source.error(
                Problem.TRUNCATED, token.end(), element=element or "{"
            )
        position = token.start(token.lastgroup or 0)
        found = token[0].strip()[:20]
        return self._source.error(
            Problem.SYNTAX, position, expected=expected, found=found
        )


def _text(literal: str) -> str:
    text: str = json.loads(literal)
    return text
