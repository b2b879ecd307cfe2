"""The cells of a CSV or TSV file with their places.

Python's reader gives values and forgets how they were quoted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.text_source import TextSource

DELIMITERS = ("\t", ";", ",", "|")  # what text itself has rarely, first
_SAMPLED_ROWS = 20
_ROW_END = re.compile(r"\r\n|\n|\r|\Z")


@dataclass(frozen=True, slots=True)
class Cell:
    start: int
    end: int
    text: str
    is_quoted: bool


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    cells: tuple[Cell, ...]

    @property
    def end(self) -> int:
        return self.cells[-1].end

    @property
    def is_blank(self) -> bool:
        return len(self.cells) == 1 and not self.cells[0].text.strip()

    def text(self, index: int | None) -> str:
        """Empty where a row is too short."""
        if index is None or index >= len(self.cells):
            return ""
        return self.cells[index].text


def csv_rows(
    source: TextSource, delimiter: str, *, has_quotes: bool = True
) -> Iterator[Row]:
    """Without quotes they are characters like any other."""
    patterns = _patterns(delimiter, has_quotes=has_quotes)
    position = 0
    while position < len(source.text):
        start, cells = position, []
        while True:
            cell = _cell(source, position, patterns)
            cells.append(cell)
            position = cell.end
            if not source.text.startswith(delimiter, position):
                break
            position += len(delimiter)
        yield Row(source.line_of(start), tuple(cells))
        end = _ROW_END.match(source.text, position)
        assert end is not None  # a cell ends at a delimiter or at a row's end
        position = end.end()


def csv_delimiter(source: TextSource) -> str:
    """The one that gives the same number of columns, more than one, in most rows."""
    return max(DELIMITERS, key=lambda delimiter: _regularity(source, delimiter))


def _regularity(source: TextSource, delimiter: str) -> tuple[int, int]:
    widths = []
    try:
        for row in csv_rows(source, delimiter):
            if not row.is_blank:
                widths.append(len(row.cells))
            if len(widths) == _SAMPLED_ROWS:
                break
    except FormatError:
        if not widths:
            return 0, 0
    usual = max(set(widths), key=widths.count, default=1)
    return (widths.count(usual), usual) if usual > 1 else (0, 0)


def _patterns(
    delimiter: str, *, has_quotes: bool
) -> tuple[re.Pattern[str] | None, re.Pattern[str]]:
    edge = rf"(?={re.escape(delimiter)}|\r|\n|\Z)"
    quoted = re.compile(rf'[ ]*"((?:[^"]|"")*)"[ ]*{edge}')
    plain = re.compile(rf"[^{re.escape(delimiter)}\r\n]*")
    return quoted if has_quotes else None, plain


def _cell(
    source: TextSource,
    position: int,
    patterns: tuple[re.Pattern[str] | None, re.Pattern[str]],
) -> Cell:
    quoted, plain = patterns
    found = quoted.match(source.text, position) if quoted else None
    if found:
        return Cell(*found.span(), found[1].replace('""', '"'), is_quoted=True)
    found = plain.match(source.text, position)
    assert found is not None  # it may be empty
    if quoted and found[0].startswith('"'):
        raise _quote_error(source, position)
    return Cell(*found.span(), found[0], is_quoted=False)


def _quote_error(source: TextSource, position: int) -> FormatError:
    """A quote that is never closed, or one that closes in the middle of a cell."""
    closing = re.compile(r'"(?:[^"]|"")*"(?!")').match(source.text, position)
    if closing is None:
        return source.error(Problem.TRUNCATED, position, element='"')
    found = source.text[closing.end() : closing.end() + 10]
    return source.error(
        Problem.SYNTAX, closing.end() - 1, expected=",", found=found.strip()
    )
