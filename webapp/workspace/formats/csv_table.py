"""CSV and TSV tables: one text a row, in columns named by a header or by their order.

A cell that begins with `=` stays as it is: the file goes back to a program, and its
texts must come out of it as they went in.
"""

import re
from collections.abc import Iterator, Mapping

from webapp.workspace.formats.changes import changed_units
from webapp.workspace.formats.csv_columns import Table, read_table
from webapp.workspace.formats.csv_scan import Cell, Row
from webapp.workspace.formats.format import Format
from webapp.workspace.formats.hints import placeholder_hint
from webapp.workspace.formats.keys import KeyCounter
from webapp.workspace.formats.limits import DEFAULT_LIMITS, Limits
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.text_source import Edit
from webapp.workspace.formats.unit import ParsedFile, Translation, Unit, UnitState


def read(
    data: bytes,
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
) -> ParsedFile:
    table = read_table(data, limits, source_language, target_language)
    units = [unit for _row, unit in _units(table)]
    return ParsedFile(
        format=FORMAT.name,
        units=limits.check_units(units),
        encoding=table.source.encoding,
    )


def write(
    original: bytes,
    translations: Mapping[str, Translation],
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
) -> bytes:
    """A column named for the language is added where there is none for the target."""
    table = read_table(original, limits, source_language, target_language)
    rows = {unit.key: (row, unit) for row, unit in _units(table)}
    units = [unit for _row, unit in rows.values()]
    changed = {}
    stateless = _stateless(translations)
    for unit, translation in changed_units(
        units,
        stateless,
        is_bilingual=True,
        check=lambda unit, text: _check_writable(table, unit, text),
    ):
        changed[rows[unit.key][0].line] = translation.text
    if not changed:
        return original
    if table.target is None:
        return table.source.edited(_new_column(table, changed, target_language))
    return table.source.edited(
        _cell_edit(table, row, table.target, changed[row.line])
        for row in table.rows
        if row.line in changed
    )


def _stateless(translations: Mapping[str, Translation]) -> dict[str, Translation]:
    """A table knows only whether there is a text."""
    return {
        key: Translation(one.text, _state(one.text))
        for key, one in translations.items()
    }


def _state(text: str) -> UnitState:
    return UnitState.TRANSLATED if text else UnitState.EMPTY


def _units(table: Table) -> Iterator[tuple[Row, Unit]]:
    counter = KeyCounter()
    columns = table.columns
    for row in table.rows:
        source = row.text(columns["source"])
        if not source:
            continue
        context = row.text(columns.get("context"))
        target = row.text(table.target)
        max_length = row.text(columns.get("max_length")).strip()
        yield (
            row,
            Unit(
                key=counter.key(context, source, line=row.line, warns=False),
                source=source,
                target=target,
                context=context,
                note=row.text(columns.get("note")),
                location=row.text(columns.get("location")),
                line=row.line,
                max_length=int(max_length) if _is_length(max_length) else None,
                state=_state(target),
                placeholders=placeholder_hint(source),
            ),
        )


def _is_length(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{1,6}", text))


def _cell_edit(table: Table, row: Row, index: int, text: str) -> Edit:
    """In place of the cell; a row that is too short grows up to it."""
    if index < len(row.cells):
        cell = row.cells[index]
        return Edit(cell.start, cell.end, _written(table, row, text, cell))
    missing = table.delimiter * (index - len(row.cells) + 1)
    return Edit(row.end, row.end, missing + _written(table, row, text))


def _check_writable(table: Table, unit: Unit, text: str) -> None:
    """Without quotes a cell holds neither tabs nor line breaks."""
    if not table.has_quotes and re.search(rf"[\r\n{re.escape(table.delimiter)}]", text):
        raise FormatError(Problem.UNWRITABLE, key=unit.key)


def _new_column(
    table: Table, changed: Mapping[int, str], target_language: str
) -> Iterator[Edit]:
    """Every row gets a cell, so that the table stays one."""
    width = max(len(row.cells) for row in [*table.rows, *_header(table)])
    for row in _header(table):
        yield _cell_edit(table, row, width, target_language or "target")
    for row in table.rows:
        yield _cell_edit(table, row, width, changed.get(row.line, ""))


def _header(table: Table) -> list[Row]:
    return [] if table.header is None else [table.header]


def _written(table: Table, row: Row, text: str, old: Cell | None = None) -> str:
    """Quoted as the cell was, as all of its row are, or where it has to be."""
    if not table.has_quotes:
        return text
    is_quoted = old.is_quoted if old else all(cell.is_quoted for cell in row.cells)
    special = re.search(rf'["\r\n{re.escape(table.delimiter)}]|^\s|\s$', text)
    if is_quoted or special:
        return '"' + text.replace('"', '""') + '"'
    return text


def _looks_right(beginning: str) -> bool:
    """Any text would do; only what is clearly something else is not."""
    return not re.match(r"\s*(<\?xml|<\w+[\s>]|\{\s*\"|msgid )", beginning)


FORMAT = Format(
    name="csv",
    extensions=(".csv", ".tsv", ".tab"),
    read=read,
    write=write,
    looks_right=_looks_right,
    is_bilingual=True,
)
