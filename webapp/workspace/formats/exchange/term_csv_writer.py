"""Term lists as tables, for people who keep theirs in a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterable, Iterator

from webapp.workspace.formats.exchange.entries import TermEntry, TermTarget

_NAMES = (
    "source",
    "target",
    "source_language",
    "target_language",
    "forbidden",
    "preferred",
    "do_not_translate",
    "case_sensitive",
    "note",
    "domain",
)
_MARK = b"\xef\xbb\xbf"  # spreadsheets take a file without it for their own encoding
# A spreadsheet would compute these. The reader takes the apostrophe off again.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def terms_csv_write(entries: Iterable[TermEntry]) -> Iterator[bytes]:
    """A table of these terms, in pieces that can be sent as they come."""
    yield _MARK + _line(_NAMES)
    for entry in entries:
        for target in entry.targets or (None,):
            yield _line(_row(entry, target))


def _row(entry: TermEntry, target: TermTarget | None) -> tuple[str, ...]:
    return (
        entry.source,
        target.text if target else "",
        entry.source_language,
        target.language if target else "",
        _word(yes=bool(target and target.is_forbidden)),
        _word(yes=bool(target and target.is_preferred)),
        _word(yes=entry.is_untranslatable),
        _word(yes=entry.is_case_sensitive),
        entry.note,
        entry.domain,
    )


def _word(*, yes: bool) -> str:
    return "yes" if yes else ""


def _line(cells: Iterable[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(map(_guarded, cells))
    return line.getvalue().encode("utf-8", "replace")


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell
