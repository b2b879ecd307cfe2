"""Memories and term lists, as they are exchanged between tools: TMX, TBX, tables."""

from webapp.workspace.formats.exchange.broken import BrokenEntries
from webapp.workspace.formats.exchange.entries import TermEntry, TermTarget, TmxUnit
from webapp.workspace.formats.exchange.tbx_reader import tbx_read
from webapp.workspace.formats.exchange.tbx_writer import tbx_write
from webapp.workspace.formats.exchange.term_csv_reader import terms_csv_read
from webapp.workspace.formats.exchange.term_csv_writer import terms_csv_write
from webapp.workspace.formats.exchange.tmx_reader import tmx_read
from webapp.workspace.formats.exchange.tmx_writer import tmx_write

__all__ = [
    "BrokenEntries",
    "TermEntry",
    "TermTarget",
    "TmxUnit",
    "tbx_read",
    "tbx_write",
    "terms_csv_read",
    "terms_csv_write",
    "tmx_read",
    "tmx_write",
]
