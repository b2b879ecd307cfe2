"""Which column of a table is what: by a header's names, or by their order."""

import re
from contextlib import suppress
from dataclasses import dataclass

from webapp.workspace.formats.csv_scan import DELIMITERS, Row, csv_delimiter, csv_rows
from webapp.workspace.formats.languages import language_tag
from webapp.workspace.formats.limits import Limits
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.text_source import TextSource, decode

_NAMES = {
    "source": {"source", "sourcetext", "sourcestring", "text", "msgid", "original"},
    "target": {"target", "targettext", "translation", "translatedtext", "msgstr"},
    "context": {"context", "key", "id", "identifier", "name", "msgctxt"},
    "note": {"comment", "comments", "note", "notes", "description"},
    "location": {"location", "locations", "file", "reference"},
    "max_length": {"maxlength", "maxlen", "limit"},
}


@dataclass(frozen=True, slots=True)
class Table:
    source: TextSource
    delimiter: str
    header: Row | None
    rows: list[Row]  # without the header and blank lines
    columns: dict[str, int]
    has_quotes: bool = True

    @property
    def target(self) -> int | None:
        """None where the file has no column for it yet."""
        return self.columns.get("target")


def read_table(
    data: bytes, limits: Limits, source_language: str, target_language: str
) -> Table:
    source = decode(data, limits=limits)
    languages = source_language, target_language
    delimiter = _delimiter(source, languages)
    rows, has_quotes = _rows(source, delimiter)
    if not rows:
        raise FormatError(Problem.EMPTY)
    columns = _named_columns(rows[0], languages)
    if "source" in columns:
        return Table(source, delimiter, rows[0], rows[1:], columns, has_quotes)
    if len(rows[0].cells) < 2:
        raise FormatError(Problem.MISSING, element="source")
    columns = {"source": 0, "target": 1}
    if len(rows[0].cells) > 2:
        columns["context"] = 2
    return Table(source, delimiter, None, rows, columns, has_quotes)


def _rows(source: TextSource, delimiter: str) -> tuple[list[Row], bool]:
    """And whether quotes enclose cells. Between tabs they often stand for themselves:
    so they do in the whole file, if they make no sense in one cell."""
    has_quotes = True
    try:
        rows = list(csv_rows(source, delimiter))
    except FormatError:
        if delimiter != "\t":
            raise
        has_quotes = False
        rows = list(csv_rows(source, delimiter, has_quotes=False))
    return [row for row in rows if not row.is_blank], has_quotes


def _delimiter(source: TextSource, languages: tuple[str, str]) -> str:
    """The one that makes a header of the first row, else the most regular one."""
    for delimiter in DELIMITERS:
        with suppress(FormatError):
            first = next(csv_rows(source, delimiter), None)
            if not first or len(first.cells) < 2:
                continue
            if "source" in _named_columns(first, languages):
                return delimiter
    return csv_delimiter(source)


def _named_columns(header: Row, languages: tuple[str, str]) -> dict[str, int]:
    """By the words for them in use, and by the languages' own tags."""
    columns: dict[str, int] = {}
    for index, cell in enumerate(header.cells):
        name = re.sub(r"[\s_.-]", "", cell.text).lower()
        tag = language_tag(cell.text)
        for column, names in _NAMES.items():
            if name in names:
                columns.setdefault(column, index)
        for column, language in zip(("source", "target"), languages, strict=True):
            if tag and tag == language_tag(language):
                columns.setdefault(column, index)
    return columns
