"""Where in a Markdown file the texts of its blocks are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from webapp.workspace.formats.markdown_inline import label_normal

_LINE = re.compile(r"[^\r\n]*")
_NEWLINE = re.compile(r"\r\n|\n|\r")
_TASK = re.compile(r"\[[ xX]\][ \t]+")
# Lines that other programs read: containers, admonitions, templates, comments.
_DIRECTIVE = re.compile(r"\s*(?::{3,}|!!!|\?\?\?|\{%|\{\{[%<#]|%%|\[TOC\]|\$\$)")
_CELL_END = re.compile(r"(?<!\\)\||\Z")


class BlockKind(StrEnum):
    """Shown to people as where a text is; how it is written depends on it."""

    PARAGRAPH = "p"
    HEADING = "h"  # after # on one line
    UNDERLINED = "h="  # above === or ---
    CELL = "td"


@dataclass(frozen=True, slots=True)
class Block:
    """A text of the file: pieces of lines, each from a start to an end."""

    key: str
    kind: BlockKind
    spans: tuple[tuple[int, int], ...]
    is_continued: bool = False  # lines of the same paragraph stand above it


@dataclass(frozen=True, slots=True)
class MarkdownBlocks:
    blocks: tuple[Block, ...]
    labels: frozenset[str]  # names of link definitions


def blocks_find(text: str) -> MarkdownBlocks:
    """All texts of blocks in the order of the file; code, HTML and maths have none."""
    lines = list(_lines(text))
    environment: dict[str, dict[str, object]] = {}
    tokens = _parser().parse(text, environment)
    blocks = list(_blocks(text, lines, tokens))
    blocks.sort(key=lambda block: block.spans[0])
    labels = environment.get("references", {})
    return MarkdownBlocks(tuple(blocks), frozenset(map(label_normal, labels)))


def is_safe(text: str, block: Block) -> bool:
    """Whether a parser takes it for the one paragraph that it is to be."""
    above = "above\n" if block.is_continued else ""
    types = [token.type for token in _parser().parse(above + text, {})]
    is_one = types == ["paragraph_open", "inline", "paragraph_close"]
    return is_one and not any(_is_directive(line, block) for line in text.split("\n"))


def _is_directive(line: str, block: Block) -> bool:
    return block.kind is BlockKind.PARAGRAPH and bool(_DIRECTIVE.match(line))


@cache
def _parser() -> MarkdownIt:
    """Blocks alone: what is inside them is not looked at here."""
    parser = MarkdownIt("commonmark").enable("table")
    parser.use(footnote_plugin).use(deflist_plugin).use(dollarmath_plugin)
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Where each line begins and ends, its line end left out."""
    start = 0
    for newline in _NEWLINE.finditer(text):
        yield start, newline.start()
        start = newline.end()
    yield start, len(text)


def _blocks(
    text: str, lines: list[tuple[int, int]], tokens: list[Token]
) -> Iterator[Block]:
    cells = _Cells(text)
    number = 0
    for opening, token in pairwise(tokens):
        if token.type != "inline" or token.map is None:
            continue
        number += 1
        first, last = token.map
        own_lines = lines[first : max(last, first + 1)]
        key = str(number)
        if opening.type in ("th_open", "td_open"):
            spans = cells.find(own_lines[0], token.content)
            kind = BlockKind.CELL
        elif opening.type == "heading_open" and opening.markup.startswith("#"):
            spans = _heading(text, own_lines[0], token.content)
            kind = BlockKind.HEADING
        else:
            is_heading = opening.type == "heading_open"
            kind = BlockKind.UNDERLINED if is_heading else BlockKind.PARAGRAPH
            spans = _paragraph(text, own_lines, token.content)
        yield from _without_directives(text, Block(key, kind, tuple(spans)))


def _paragraph(
    text: str, lines: list[tuple[int, int]], content: str
) -> list[tuple[int, int]]:
    """Each line of the content is the end of its line in the file. Empty if one is not:
    then the block stays as it is."""
    spans = []
    for (start, end), piece in zip(lines, content.split("\n"), strict=False):
        words = piece.strip()
        line = text[start:end].rstrip()
        if not words or not line.endswith(words):
            return []
        end = start + len(line)
        spans.append((end - len(words), end))
    return _without_task(text, spans)


def _without_task(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """`[x] ` at the beginning is a box to tick."""
    task = _TASK.match(text, *spans[0]) if spans else None
    return [(task.end(), spans[0][1]), *spans[1:]] if task else spans


def _heading(text: str, line: tuple[int, int], content: str) -> list[tuple[int, int]]:
    pattern = re.compile(
        rf"(?<=[# \t]){re.escape(content)}(?=[ \t]*(?:[ \t]#+)?[ \t]*$)"
    )
    found = pattern.search(text[line[0] : line[1]]) if content else None
    return [(line[0] + found.start(), line[0] + found.end())] if found else []


class _Cells:
    """Finds the cells of a table's rows, one after another."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._row = (-1, -1)
        self._position = 0

    def find(self, row: tuple[int, int], content: str) -> list[tuple[int, int]]:
        if row != self._row:
            self._row, self._position = row, row[0]
        position = self._position
        while content and position < row[1]:
            end = _CELL_END.search(self._text, position, row[1])
            assert end is not None, "the row's end is one"
            cell = self._text[position : end.start()].rstrip()
            words = _raw_cell(cell, content)
            if words:
                self._position = end.end()
                at = position + len(cell) - len(words)
                return [(at, at + len(words))]
            position = end.end() or row[1]
        return []


def _raw_cell(cell: str, content: str) -> str:
    """The end of the cell that is this content, as it is written in the file."""
    written = content.replace("|", "\\|")
    return next((one for one in (content, written) if cell.endswith(one)), "")


def _without_directives(text: str, block: Block) -> Iterator[Block]:
    """The parts of a paragraph between lines that are not for people."""
    parts: list[list[tuple[int, int]]] = [[]]
    for start, end in block.spans:
        if _is_directive(text[start:end], block):
            parts.append([])
        else:
            parts[-1].append((start, end))
    for number, spans in enumerate(parts):
        if spans:
            key = f"{block.key}/{number}" if len(parts) > 1 else block.key
            yield Block(key, block.kind, tuple(spans), is_continued=number > 0)
