"""HTML as pieces with their places. Lenient as browsers are, but never guessing: what
is cut off in the middle of a tag is refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from webapp.workspace.formats.problem import Problem
from webapp.workspace.formats.text_source import TextSource

_MARKUP = re.compile(r"<(?=[A-Za-z/!?])")
_NAME = re.compile(r"[A-Za-z][^\s/>]*")
_SPACE = re.compile(r"[\s/]*")
_ATTRIBUTE = re.compile(r"=?[^\s/>=]*")
_EQUALS = re.compile(r"\s*=\s*")
_VALUE = re.compile(r"\"[^\"]*\"|'[^']*'|[^\s>\"'][^\s>]*|(?=>)")
# What is in them is no HTML.
_RAW = {"script", "style", "xmp", "iframe", "noembed", "noframes", "textarea", "title"}
_RAW_END = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW}


class TokenKind(Enum):
    TEXT = "text"
    START = "start"
    END = "end"
    RAW = "raw"  # the content of <script> and its like
    OTHER = "other"  # comments, declarations


@dataclass(frozen=True, slots=True)
class Attribute:
    """`start` and `end` are those of its value with the quotation marks."""

    name: str
    value: str  # as it is written, without the quotation marks
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Token:
    kind: TokenKind
    start: int
    end: int
    name: str = ""  # of a tag, in small letters
    attributes: tuple[Attribute, ...] = ()
    is_closed: bool = False  # <br/>

    def attribute(self, name: str) -> str | None:
        return next((one.value for one in self.attributes if one.name == name), None)


def tokens_read(source: TextSource) -> Iterator[Token]:
    """All of the file, piece after piece.

    Raises FormatError for a tag without an end.
    """
    position = 0
    while position < len(source.text):
        token = _next(source, position)
        yield token
        position = token.end
        if token.kind is TokenKind.START and token.name in _RAW:
            end = _RAW_END[token.name].search(source.text, position)
            content = end.start() if end else len(source.text)
            if content > position:
                yield Token(TokenKind.RAW, position, content, token.name)
            position = content


def _next(source: TextSource, position: int) -> Token:
    markup = _MARKUP.search(source.text, position)
    start = markup.start() if markup else len(source.text)
    if start > position:
        return Token(TokenKind.TEXT, position, start)
    text = source.text
    if text[start + 1] in "!?":
        return Token(TokenKind.OTHER, start, _other_end(text, start))
    if text[start + 1] == "/":
        return _end_tag(source, start)
    return _start_tag(source, start)


def _other_end(text: str, start: int) -> int:
    """Where a comment or a declaration ends: at its sign, or with the file."""
    signs = (("<!--", "-->"), ("<![CDATA[", "]]>"))
    sign = next((end for begin, end in signs if text.startswith(begin, start)), ">")
    found = text.find(sign, start + 2)
    return len(text) if found < 0 else found + len(sign)


def _end_tag(source: TextSource, start: int) -> Token:
    name = _NAME.match(source.text, start + 2)
    end = source.text.find(">", start)
    if end < 0:
        raise source.error(Problem.TRUNCATED, start)
    kind = TokenKind.END if name else TokenKind.OTHER
    return Token(kind, start, end + 1, name[0].lower() if name else "")


def _start_tag(source: TextSource, start: int) -> Token:
    text = source.text
    found = _NAME.match(text, start + 1)
    assert found is not None, "a letter follows"
    name, position = found[0].lower(), found.end()
    attributes: list[Attribute] = []
    while True:
        space = _SPACE.match(text, position)
        assert space is not None, "it may be empty"
        position = space.end()
        if position >= len(text):
            raise source.error(Problem.TRUNCATED, start, element=name)
        if text[position] == ">":
            closed = text[position - 1] == "/"
            return Token(
                TokenKind.START, start, position + 1, name, tuple(attributes), closed
            )
        attribute, position = _attribute(source, position, start, name)
        attributes.append(attribute)


def _attribute(
    source: TextSource, position: int, tag: int, element: str
) -> tuple[Attribute, int]:
    name = _ATTRIBUTE.match(source.text, position)
    assert name is not None, "it may be empty"
    equals = _EQUALS.match(source.text, name.end())
    if equals is None:
        end = name.end()
        return Attribute(name[0].lower(), "", end, end), end
    value = _VALUE.match(source.text, equals.end())
    if value is None:
        raise source.error(Problem.TRUNCATED, tag, element=element)
    quoted = value[0][:1] in ('"', "'")
    words = value[0][1:-1] if quoted else value[0]
    return Attribute(name[0].lower(), words, value.start(), value.end()), value.end()
