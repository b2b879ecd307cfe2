"""Markdown: texts of paragraphs, headings, list items and table cells, and the title
and description in the file's head. Everything else is copied."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat, zip_longest

from webapp.workspace.formats.changes import changed_units
from webapp.workspace.formats.format import Format
from webapp.workspace.formats.front_matter import Field, fields_find, front_matter_end
from webapp.workspace.formats.inline_codes import codes_check
from webapp.workspace.formats.limits import DEFAULT_LIMITS, Limits
from webapp.workspace.formats.markdown_blocks import (
    Block,
    BlockKind,
    MarkdownBlocks,
    blocks_find,
    is_safe,
)
from webapp.workspace.formats.markdown_inline import markup_find, markup_kept
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.text import one_paragraph
from webapp.workspace.formats.text_source import Edit, TextSource, decode
from webapp.workspace.formats.unit import (
    ParsedFile,
    PlaceholderStyle,
    Translation,
    Unit,
    unit_key,
)

_ANY_SIZE = Limits(max_bytes=1 << 40)  # what is written may be longer than what was
_NOT_NEWLINES = re.compile(r"[^\r\n]")
_BREAK = re.compile(r"(?: {2,}|\\)\Z")  # at the end of a line: the next begins below
_WORD = re.compile(r"[^\W\d_]")
_NUMBERED = re.compile(r"(\d{1,9})([.)])")
_END_HASHES = re.compile(r"(?:(?<=\s)|\A)(#+)\Z")
_BARE_PIPE = re.compile(r"(?<!\\)\|")


def read(
    data: bytes,
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
) -> ParsedFile:
    source = decode(data, limits=limits)
    units = list(_Document(source).units())
    if not units:
        raise FormatError(Problem.EMPTY)
    return ParsedFile("markdown", limits.check_units(units), encoding=source.encoding)


def write(
    original: bytes,
    translations: Mapping[str, Translation],
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
) -> bytes:
    """A translated paragraph is one line; line ends of a translation are breaks."""
    document = _Document(decode(original, limits=limits))
    changed = {
        unit.key: translation.text
        for unit, translation in changed_units(
            document.units(), translations, is_bilingual=False, check=document.check
        )
    }
    edits = list(document.edits(changed))
    if not edits:
        return original
    written = document.source.edited(edits)
    document.check_same_blocks(_Document(decode(written, limits=_ANY_SIZE)))
    return written


@dataclass(frozen=True)
class _Document:
    source: TextSource

    @cached_property
    def _fields(self) -> dict[str, Field]:
        fields = fields_find(self.source.text)
        return {unit_key("head", field.name): field for field in fields}

    @cached_property
    def _found(self) -> MarkdownBlocks:
        """The head is blanked: lines keep their numbers."""
        text = self.source.text
        end = front_matter_end(text)
        return blocks_find(_NOT_NEWLINES.sub(" ", text[:end]) + text[end:])

    def units(self) -> Iterator[Unit]:
        for key, field in self._fields.items():
            line = self.source.line_of(field.start)
            yield Unit(key, field.value, location=field.name, line=line)
        for block in self._found.blocks:
            unit = self._unit(block)
            if unit is not None:
                yield unit

    def edits(self, changed: Mapping[str, str]) -> Iterator[Edit]:
        for key, field in self._fields.items():
            if changed.get(key, "").strip():
                yield Edit(field.start, field.end, field.written(changed[key]))
        for block in self._found.blocks:
            text = one_paragraph(changed.get(block.key, ""))
            if text:
                start, end = block.spans[0][0], block.spans[-1][1]
                yield Edit(start, end, self._written(block, text))

    def check(self, unit: Unit, text: str) -> None:
        """Raises FormatError for a text that cannot be this one block."""
        block = self._by_key.get(unit.key)
        if block is not None and (text := one_paragraph(text)):
            self._check_codes(block, text)
            self._written(block, text)

    @cached_property
    def _by_key(self) -> dict[str, Block]:
        return {block.key: block for block in self._found.blocks}

    def check_same_blocks(self, written: "_Document") -> None:
        """Raises FormatError where lines have come to mean something else together:
        whose text did it cannot be seen from there."""
        for one, other in zip_longest(self._found.blocks, written._found.blocks):
            if one is None or other is None or one.key != other.key:
                raise FormatError(Problem.UNWRITABLE, key="")

    def _unit(self, block: Block) -> Unit | None:
        text = self._text(block)
        markup = markup_find(text, self._found.labels)
        codes = tuple(text[one.start : one.end] for one in markup)
        starts = [0, *(one.end for one in markup)]
        ends = [*(one.start for one in markup), len(text)]
        if not any(map(_WORD.search, repeat(text), starts, ends)):
            return None
        return Unit(
            key=block.key,
            source=text,
            location=block.kind,
            line=self.source.line_of(block.spans[0][0]),
            placeholders=PlaceholderStyle.MARKDOWN,
            codes=codes,
            is_prose=True,
        )

    def _text(self, block: Block) -> str:
        """Lines joined, for where they end means nothing; breaks are line ends."""
        pieces = []
        for (start, end), (following, _) in zip(
            block.spans, [*block.spans[1:], (0, 0)], strict=True
        ):
            line = self.source.text[start:end]
            if following:
                after = self._break_after(start, end)
                line = line.removesuffix("\\") + "\n" if after else line + " "
            pieces.append(line)
        return "".join(pieces)

    def _break_after(self, start: int, end: int) -> str:
        """Two spaces or a backslash at the end of the line; empty if it only ends."""
        newline = re.compile(r"[\r\n]|\Z").search(self.source.text, end)
        found = _BREAK.search(
            self.source.text, start, newline.start() if newline else end
        )
        return found[0] if found else ""

    def _check_codes(self, block: Block, text: str) -> None:
        labels = self._found.labels
        wanted = markup_kept(self._text(block), labels)
        codes_check(wanted, markup_kept(text, labels), block.key)

    def _written(self, block: Block, text: str) -> str:
        if block.kind is BlockKind.CELL:
            cell = _BARE_PIPE.sub(r"\\|", text.replace("\n", " "))
            return _safe(cell, block) if self._begins_line(block) else cell
        if block.kind is BlockKind.HEADING:
            return _END_HASHES.sub(r"\\\1", text.replace("\n", " "))
        lines = [line.strip() for line in _safe(text, block).split("\n")]
        return self._between(block).join(lines)

    def _begins_line(self, block: Block) -> bool:
        start = block.spans[0][0]
        line = self.source.text.rfind("\n", 0, start) + 1
        return "|" not in self.source.text[line:start]

    def _between(self, block: Block) -> str:
        """What is between two lines of a block: a break, and quotation marks or
        spaces that keep the second one inside."""
        breaks = [self._break_after(*span) for span in block.spans[:-1]]
        sign = next(filter(None, breaks), "  ")
        start = block.spans[min(1, len(block.spans) - 1)][0]
        line = max(self.source.text.rfind(end, 0, start) for end in "\r\n") + 1
        prefix = self.source.text[line:start]
        inside = prefix if len(block.spans) > 1 else re.sub(r"[^>\s]", " ", prefix)
        return sign + self.source.newline + inside


def _safe(text: str, block: Block) -> str:
    """As one paragraph: no line of it begins a list, a heading or the like."""
    if is_safe(text, block):
        return text
    escaped = "\n".join(map(_escaped, text.split("\n")))
    if not is_safe(escaped, block):
        raise FormatError(Problem.UNWRITABLE, key=block.key)
    return escaped


def _escaped(line: str) -> str:
    words = line.strip()
    if _NUMBERED.match(words):
        return _NUMBERED.sub(r"\1\\\2", words, count=1)
    is_sign = words[:1].isascii() and not words[:1].isalnum() and words[:1] != "\\"
    return f"\\{words}" if words and is_sign else words


def _looks_right(beginning: str) -> bool:
    return not beginning.startswith(("PK\x03\x04", "%PDF-", "{\\rtf"))


FORMAT = Format(
    name="markdown",
    extensions=(".md", ".markdown", ".mdown"),
    read=read,
    write=write,
    looks_right=_looks_right,
)
