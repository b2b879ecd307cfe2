"""The texts of an HTML file: runs of words and inline tags between blocks, titles, and
attributes that people read."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from webapp.workspace.formats.html_elements import BLOCKS, OPAQUE, VOID, is_translated
from webapp.workspace.formats.html_tokens import (
    Attribute,
    Token,
    TokenKind,
    tokens_read,
)
from webapp.workspace.formats.inline_codes import (
    Code,
    CodeKind,
    InlineText,
    inline_text,
    inner_range,
)
from webapp.workspace.formats.limits import Limits
from webapp.workspace.formats.problem import Problem
from webapp.workspace.formats.text_source import TextSource
from webapp.workspace.formats.unit import unit_key

SPACES = " \t\r\n\f"  # not those that hold words together
_WHITE_SPACE = re.compile(f"[{SPACES}]+")
_LONGEST_ENTITY = 10  # characters, but for a few that nobody writes
_MAX_BLOCKS = 200  # that are remembered as open; many are never closed
_NAME = re.compile(r"[\w:.-]+")
_WORD = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Text, or a code, and where it is. A code that stands for a word is part of the
    sentence even at its beginning or end."""

    start: int
    end: int
    code: Code | None = None
    is_word: bool = False


@dataclass(frozen=True, slots=True)
class HtmlText:
    key: str
    start: int
    end: int
    inline: InlineText
    codes: tuple[tuple[int, int], ...]  # where each of the codes is
    location: str


@dataclass(frozen=True, slots=True)
class HtmlAttribute:
    key: str
    value: str
    place: Attribute
    location: str


@dataclass(slots=True)
class HtmlTexts:
    texts: list[HtmlText]
    attributes: list[HtmlAttribute]
    language: str = ""


def texts_find(source: TextSource, limits: Limits) -> HtmlTexts:
    finder = _Finder(source, limits)
    for token in tokens_read(source):
        finder.take(token)
    finder.end_run()
    return finder.found


class _Finder:
    def __init__(self, source: TextSource, limits: Limits) -> None:
        self.found = HtmlTexts([], [])
        self._source = source
        self._limits = limits
        self._pieces: list[Piece] = []
        self._num_runs = 0
        self._num_attributes: dict[str, int] = {}
        self._blocks: list[str] = []  # that are open, for people
        self._opaque: Token | None = None  # nothing of it is looked at
        self._depth = 0  # how many of the same name are open inside it

    def take(self, token: Token) -> None:
        if self._opaque is not None and self._is_inside(self._opaque, token):
            return
        if token.kind is TokenKind.TEXT:
            self._pieces.append(Piece(token.start, token.end))
        elif token.kind is TokenKind.RAW:
            if token.name == "title":
                self._pieces.append(Piece(token.start, token.end))
        elif token.kind is TokenKind.OTHER:
            self._add_code(token, CodeKind.ALONE, "x")
        elif token.kind is TokenKind.START:
            self._start(token)
        else:
            self._end(token)

    def end_run(self) -> None:
        pieces = _trimmed(self._source.text, self._pieces)
        self._pieces = []
        if not any(piece.code is None for piece in pieces):
            return
        self._num_runs += 1
        self._check_length(pieces)
        inline = inline_text(self._shown(pieces))
        if any(isinstance(one, str) and _WORD.search(one) for one in inline.pieces):
            key, location = str(self._num_runs), "".join(self._blocks[-1:])
            codes = tuple((one.start, one.end) for one in pieces if one.code)
            start, end = pieces[0].start, pieces[-1].end
            text = HtmlText(key, start, end, inline, codes, location)
            self.found.texts.append(text)

    def _start(self, token: Token) -> None:
        is_block = token.name in BLOCKS
        if is_block:
            self.end_run()
        if token.name == "html" and not self.found.language:
            self.found.language = token.attribute("lang") or ""
        is_single = token.is_closed or token.name in VOID
        if _is_opaque(token) and not is_single:
            self._opaque, self._depth = token, 1
            return
        self._add_attributes(token)
        if is_block and not is_single:
            self._blocks.append(token.name)
            del self._blocks[:-_MAX_BLOCKS]
        elif not is_block:
            kind = CodeKind.ALONE if is_single else CodeKind.OPEN
            self._add_code(token, kind, token.name)

    def _end(self, token: Token) -> None:
        if token.name not in BLOCKS:
            self._add_code(token, CodeKind.CLOSE, token.name)
            return
        self.end_run()
        if token.name in self._blocks:
            while self._blocks.pop() != token.name:
                pass

    def _is_inside(self, opaque: Token, token: Token) -> bool:
        """Whether the token belongs to the opaque element. An inline one that nobody
        closes ends with the block that it is in, and is no part of a text."""
        is_inline = opaque.name not in BLOCKS
        if is_inline and token.name in BLOCKS:
            self._opaque = None
            self.end_run()
            return False
        if token.name == opaque.name:
            self._depth -= token.kind is TokenKind.END
            self._depth += token.kind is TokenKind.START and not token.is_closed
        if not self._depth:
            self._opaque = None
            if is_inline:
                code = Code(CodeKind.ALONE, opaque.name)
                self._pieces.append(Piece(opaque.start, token.end, code, is_word=True))
        return True

    def _add_code(self, token: Token, kind: CodeKind, name: str) -> None:
        is_plain = not token.attributes and token.kind is not TokenKind.OTHER
        if not _NAME.fullmatch(name):  # browsers take almost anything
            name, is_plain = "x", False
        code = Code(kind, name, is_plain)
        self._pieces.append(Piece(token.start, token.end, code))

    def _add_attributes(self, token: Token) -> None:
        kind = token.attribute("type") or ""
        if token.name == "meta":
            kind = token.attribute("name") or token.attribute("property") or ""
        for attribute in token.attributes:
            if is_translated(token.name, attribute.name, kind.lower()):
                self._add_attribute(token, attribute)

    def _add_attribute(self, token: Token, attribute: Attribute) -> None:
        number = self._num_attributes.get(attribute.name, 0) + 1
        self._num_attributes[attribute.name] = number
        value = html.unescape(attribute.value)
        if _WORD.search(value):
            key = unit_key(attribute.name, str(number))
            location = f"{token.name}@{attribute.name}"
            found = HtmlAttribute(key, value, attribute, location)
            self.found.attributes.append(found)

    def _check_length(self, pieces: list[Piece]) -> None:
        """Before labels are looked for in it: what is far too long would take long."""
        length = sum(one.end - one.start for one in pieces if one.code is None)
        limit = self._limits.max_unit_chars
        if length > limit * _LONGEST_ENTITY:
            place = pieces[0].start
            raise self._source.error(Problem.UNIT_TOO_LONG, place, limit=limit)

    def _shown(self, pieces: list[Piece]) -> Iterator[str | Code]:
        for piece in pieces:
            if piece.code is not None:
                yield piece.code
            else:
                words = html.unescape(self._source.text[piece.start : piece.end])
                yield _WHITE_SPACE.sub(" ", words)


def _is_opaque(token: Token) -> bool:
    classes = (token.attribute("class") or "").split()
    translate = (token.attribute("translate") or "").lower()
    return token.name in OPAQUE or translate == "no" or "notranslate" in classes


def _trimmed(text: str, pieces: list[Piece]) -> list[Piece]:
    """Without white space and markup around the words: what is bold as a whole is
    translated as a whole."""

    def is_nothing(at: int) -> bool:
        piece = pieces[at]
        if piece.code is None:
            return not text[piece.start : piece.end].strip(SPACES)
        return not piece.is_word

    first, last = inner_range([piece.code for piece in pieces], is_nothing)
    return _stripped(text, pieces[first : last + 1])


def _stripped(text: str, pieces: list[Piece]) -> list[Piece]:
    """The first and the last piece without white space outside."""
    if pieces and pieces[0].code is None:
        words = text[pieces[0].start : pieces[0].end].lstrip(SPACES)
        pieces[0] = Piece(pieces[0].end - len(words), pieces[0].end)
    if pieces and pieces[-1].code is None:
        words = text[pieces[-1].start : pieces[-1].end].rstrip(SPACES)
        pieces[-1] = Piece(pieces[-1].start, pieces[-1].start + len(words))
    return pieces
