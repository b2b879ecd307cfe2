"""A file as text that goes back to the very same bytes, and edits to it by position.

Nothing is ever serialised again: what is not edited is copied.
"""

import codecs
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from webapp.workspace.formats.limits import Limits
from webapp.workspace.formats.problem import FormatError, Problem

_BEGINNING = 16_384  # bytes that are enough to tell a format
# UTF-32 first: its mark begins with that of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NEWLINE = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Edit:
    """Puts `text` in place of what is between two positions."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class TextSource:
    """`text` begins after the byte order mark."""

    text: str
    encoding: str
    mark: bytes = b""

    @cached_property
    def newline(self) -> str:
        """How this file ends its lines: as the first one does."""
        return "\r\n" if re.match(r"[^\n]*\r\n", self.text) else "\n"

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in _NEWLINE.finditer(self.text))]

    def line_of(self, position: int) -> int:
        return bisect_right(self._line_starts, position)

    def encode(self, text: str) -> bytes:
        return self.mark + text.encode(self.encoding)

    def edited(self, edits: Iterable[Edit]) -> bytes:
        return self.encode(splice(self.text, edits))

    def error(self, problem: Problem, position: int, **params: object) -> FormatError:
        return FormatError(problem, line=self.line_of(position), **params)


def splice(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made. They must not overlap; those at one position are
    made in the order in which they are given."""
    pieces = []
    position = 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        assert edit.start >= position, "two edits overlap"
        pieces += [text[position : edit.start], edit.text]
        position = edit.end
    return "".join([*pieces, text[position:]])


def decode(
    data: bytes, *, limits: Limits, declared: str = "", fallback: str = "utf-8"
) -> TextSource:
    """The file's text: by its byte order mark, by what it declares, by the fallback.

    Refused when the bytes are no text in that encoding, when encoding them again would
    give others, and when there is a NUL in it.
    """
    limits.check_size(data)
    mark, marked = byte_order_mark(data)
    encoding = marked or codec_name(declared or fallback)
    if encoding == "utf-16":  # without a mark: which half of it has to be guessed
        encoding = (
            guess_encoding(data) if guess_encoding(data) != "utf-8" else "utf-16-be"
        )
    body = data[len(mark) :]
    try:
        text = body.decode(encoding)
    except (UnicodeDecodeError, UnicodeError) as error:
        line = 1 + data.count(b"\n", 0, getattr(error, "start", 0))
        raise FormatError(Problem.ENCODING, encoding=encoding, line=line) from None
    source = TextSource(text, encoding, mark)
    if "\0" in text:
        raise source.error(Problem.NUL, text.index("\0"))
    if text.encode(encoding, "surrogatepass") != body:
        raise FormatError(Problem.ENCODING, encoding=encoding, line=1)
    return source


def byte_order_mark(data: bytes) -> tuple[bytes, str]:
    """The mark and the encoding it stands for; both empty if there is none."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return mark, encoding
    return b"", ""


def codec_name(encoding: str) -> str:
    """Python's name of a text encoding. Codecs that are no encodings (zip, rot13) are
    as unknown as those that Python has not."""
    try:
        codec = codecs.lookup(encoding)
    except (LookupError, ValueError):
        raise FormatError(Problem.ENCODING_UNKNOWN, encoding=encoding) from None
    if not codec._is_text_encoding or codec.name.replace("-", "_") in _NOT_OF_FILES:
        raise FormatError(Problem.ENCODING_UNKNOWN, encoding=encoding)
    return codec.name


_NOT_OF_FILES = {
    "idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "utf_7"
}  # fmt: skip


def text_beginning(data: bytes, *, is_binary: bool = False) -> str:
    """Enough of a file to tell its format by, whatever its encoding."""
    beginning = data[:_BEGINNING]
    if is_binary:
        return beginning.decode("latin-1")
    mark, encoding = byte_order_mark(data)
    return beginning[len(mark) :].decode(
        encoding or guess_encoding(beginning), "replace"
    )


def guess_encoding(beginning: bytes) -> str:
    """UTF-16 without a mark shows as a NUL in each second byte."""
    if len(beginning) > 3 and not beginning[1] and not beginning[3] and beginning[0]:
        return "utf-16-le"
    if len(beginning) > 3 and not beginning[0] and not beginning[2] and beginning[1]:
        return "utf-16-be"
    return "utf-8"
