"""Memories and term lists read as a whole: what a limited process hands over."""

import io
from dataclasses import dataclass

from webapp.workspace.formats.exchange.broken import BrokenEntries
from webapp.workspace.formats.exchange.entries import TermEntry, TmxUnit
from webapp.workspace.formats.exchange.tbx_reader import tbx_read
from webapp.workspace.formats.exchange.term_csv_reader import terms_csv_read
from webapp.workspace.formats.exchange.tmx_reader import tmx_read
from webapp.workspace.formats.limits import DEFAULT_LIMITS, Limits


@dataclass(frozen=True, slots=True)
class TmxFile:
    units: list[TmxUnit]
    broken: BrokenEntries


@dataclass(frozen=True, slots=True)
class TermFile:
    entries: list[TermEntry]
    broken: BrokenEntries


def tmx_all(
    data: bytes,
    *,
    source_language: str = "",
    target_language: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> TmxFile:
    broken = BrokenEntries()
    units = tmx_read(
        io.BytesIO(data),
        broken=broken,
        source_language=source_language,
        target_language=target_language,
        limits=limits,
    )
    return TmxFile(list(units), broken)


def terms_all(
    data: bytes,
    *,
    source_language: str,
    target_language: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> TermFile:
    """TBX or a table, as the data look."""
    broken = BrokenEntries()
    if _is_xml(data):
        entries = tbx_read(
            io.BytesIO(data),
            broken=broken,
            source_language=source_language,
            target_language=target_language,
            limits=limits,
        )
        return TermFile(list(entries), broken)
    rows = terms_csv_read(
        data,
        broken=broken,
        source_language=source_language,
        target_language=target_language,
        limits=limits,
    )
    return TermFile(rows, broken)


def _is_xml(data: bytes) -> bool:
    """Its first character is < in UTF-8 or UTF-16, with or without a mark."""
    beginning = data[:200].replace(b"\0", b"")
    return beginning.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")
