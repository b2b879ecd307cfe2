"""Plain text: a unit is a paragraph, and blank lines part them."""

import re
from collections.abc import Iterator, Mapping

from webapp.workspace.formats.changes import changed_units
from webapp.workspace.formats.format import Format
from webapp.workspace.formats.limits import DEFAULT_LIMITS, Limits
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.text_source import Edit, TextSource, decode
from webapp.workspace.formats.unit import ParsedFile, Translation, Unit

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_BLANK_LINES = re.compile(r"\n\s*\n")
_OTHER_FILES = ("PK\x03\x04", "%PDF-", "{\\rtf")  # what people rename


def read(
    data: bytes,
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
) -> ParsedFile:
    source = decode(data, limits=limits)
    units = [unit for unit, _, _ in _paragraphs(source)]
    if not units:
        raise FormatError(Problem.EMPTY)
    return ParsedFile("text", limits.check_units(units), encoding=source.encoding)


def write(
    original: bytes,
    translations: Mapping[str, Translation],
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
) -> bytes:
    """A translation stays one paragraph: blank lines in it become line ends."""
    source = decode(original, limits=limits)
    paragraphs = list(_paragraphs(source))
    changed = changed_units(
        [unit for unit, _, _ in paragraphs], translations, is_bilingual=False
    )
    texts = {unit.key: one_paragraph(translation.text) for unit, translation in changed}
    edits = [
        Edit(start, end, texts[unit.key].replace("\n", source.newline))
        for unit, start, end in paragraphs
        if texts.get(unit.key)
    ]
    return source.edited(edits) if edits else original


def one_paragraph(text: str) -> str:
    """Without blank lines, and without white space around it.

    >>> one_paragraph(" a\\r\\n \\n\\nb ")
    'a\\nb'
    """
    return _BLANK_LINES.sub("\n", unix_lines(text).strip())


def unix_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _paragraphs(source: TextSource) -> Iterator[tuple[Unit, int, int]]:
    """Each with where it begins and ends: at characters that are not white space."""
    number = 0
    start = end = -1
    for line in _LINE.finditer(source.text):
        words = line[0].strip()
        if words:
            first = line.start() + line[0].index(words)
            start = first if start < 0 else start
            end = first + len(words)
        elif start >= 0:
            number += 1
            yield _unit(source, number, start, end), start, end
            start = -1


def _unit(source: TextSource, number: int, start: int, end: int) -> Unit:
    return Unit(
        key=str(number),
        source=unix_lines(source.text[start:end]),
        line=source.line_of(start),
        is_prose=True,
    )


def _looks_right(beginning: str) -> bool:
    return not beginning.startswith(_OTHER_FILES)


FORMAT = Format(
    name="text",
    extensions=(".txt", ".text"),
    read=read,
    write=write,
    looks_right=_looks_right,
)
