"""Term lists as tables: one row a translation, with a line of names above.

Columns are found by their names, in any order. A column may also be named like a
language: `en,fr,de` is a table of one term a row. Rows with one source are one term.
Without a line of names the first two columns are the source and the target.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from webapp.workspace.formats.exchange.broken import BrokenEntries
from webapp.workspace.formats.exchange.entries import TermEntry, TermTarget
from webapp.workspace.formats.exchange.language_match import (
    language_find,
    language_matches,
)
from webapp.workspace.formats.languages import language_tag
from webapp.workspace.formats.limits import DEFAULT_LIMITS, Limits
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.text_source import decode

_NAMES = {
    "source": ("source", "term", "source term", "source text"),
    "target": ("target", "translation", "target term", "target text"),
    "source_language": ("source language",),
    "target_language": ("target language", "language"),
    "forbidden": ("forbidden",),
    "preferred": ("preferred",),
    "untranslatable": ("do not translate", "untranslatable", "dnt"),
    "case_sensitive": ("case sensitive", "case"),
    "note": ("note", "comment", "explanation", "definition", "description"),
    "domain": ("domain", "subject", "subject field"),
}
_FIELDS = {name: field for field, names in _NAMES.items() for name in names}
_YES = {"1", "yes", "y", "true", "x"}
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")  # see the writer


def terms_csv_read(
    data: bytes,
    *,
    broken: BrokenEntries,
    source_language: str,
    target_language: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> list[TermEntry]:
    """Terms of `source_language`, in the order of their first rows.

    Rows that lack a part are counted in `broken`. Raises FormatError if it is no text.
    """
    text = decode(data, limits=limits).text
    table = _Table(source_language, target_language, broken, limits)
    rows = _rows(text)
    entries: dict[str, TermEntry] = {}
    for line, row in rows:
        if line == 1 and table.take_names(row):
            continue
        for entry in table.entries(line, row):
            known = entries.get(entry.source)
            entries[entry.source] = _joined(known, entry) if known else entry
            if len(entries) > limits.max_units:
                raise FormatError(Problem.TOO_MANY_UNITS, limit=limits.max_units)
    return list(entries.values())


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    try:
        for row in rows:
            cells = [_cell(cell) for cell in row]
            if any(cells):
                yield line, cells
            line = rows.line_num + 1
    except csv.Error as error:
        raise FormatError(Problem.SYNTAX, line=line, found=str(error)) from error


def _cell(text: str) -> str:
    stripped = text.strip()
    return stripped[1:] if _GUARDED.match(stripped) else stripped


@dataclass
class _Table:
    source_language: str
    target_language: str
    broken: BrokenEntries
    limits: Limits

    def __post_init__(self) -> None:
        self._columns = {"source": 0, "target": 1}
        self._languages: dict[str, int] = {}  # of targets, by column

    def take_names(self, row: list[str]) -> bool:
        """Whether this is the line of names; from then on it is followed."""
        words = [cell.lower().replace("_", " ") for cell in row]
        columns = {
            _FIELDS[word]: at for at, word in enumerate(words) if word in _FIELDS
        }
        tags = {cell: at for at, cell in enumerate(row) if self._is_language(cell)}
        own = language_find(tags, self.source_language)
        if own is not None and "source" not in columns:
            columns["source"] = tags.pop(own)
        if "source" not in columns or not (tags or len(columns) > 1):
            return False
        self._columns, self._languages = columns, tags
        return True

    def entries(self, line: int, row: list[str]) -> Iterator[TermEntry]:
        source = self._text(row, "source")
        targets = tuple(self._targets(row))
        untranslatable = self._says(row, "untranslatable")
        language = self._text(row, "source_language") or self.source_language
        if not source or not (targets or untranslatable):
            element = "target" if source else "source"
            self.broken.add(Problem.MISSING, line=line, element=element)
        elif not language_matches(language, self.source_language):
            self.broken.add(Problem.MISSING, line=line, element=self.source_language)
        else:
            yield TermEntry(
                source=source,
                source_language=language_tag(language),
                targets=targets,
                is_untranslatable=untranslatable,
                is_case_sensitive=self._says(row, "case_sensitive"),
                note=self._text(row, "note"),
                domain=self._text(row, "domain"),
                line=line,
            )

    def _targets(self, row: list[str]) -> Iterator[TermTarget]:
        language = self._text(row, "target_language") or self.target_language
        cells = [(language, self._text(row, "target"))]
        cells += [(tag, _at(row, at)) for tag, at in self._languages.items()]
        for tag, text in cells:
            if text and tag and self._is_wanted(tag):
                yield TermTarget(
                    text,
                    language_tag(tag),
                    is_forbidden=self._says(row, "forbidden"),
                    is_preferred=self._says(row, "preferred"),
                )

    def _is_wanted(self, tag: str) -> bool:
        return not self.target_language or language_matches(tag, self.target_language)

    def _is_language(self, cell: str) -> bool:
        """Short words are tags too: what has a name of its own is none."""
        known = cell.lower().replace("_", " ") in _FIELDS
        return not known and bool(_TAG.fullmatch(cell))

    def _says(self, row: list[str], field: str) -> bool:
        return self._text(row, field).lower() in _YES

    def _text(self, row: list[str], field: str) -> str:
        return _at(row, self._columns.get(field, len(row)))


def _at(row: list[str], column: int) -> str:
    return row[column] if column < len(row) else ""


def _joined(first: TermEntry, more: TermEntry) -> TermEntry:
    """Two rows about one term."""
    return replace(
        first,
        targets=tuple(dict.fromkeys(first.targets + more.targets)),
        is_untranslatable=first.is_untranslatable or more.is_untranslatable,
        is_case_sensitive=first.is_case_sensitive or more.is_case_sensitive,
        note=first.note or more.note,
        domain=first.domain or more.domain,
    )
