"""Documents of Word: paragraphs of the body, of tables, headers, footers and notes.

A paragraph that is translated gets new runs, and a direction where the languages differ
in it; all other bytes of its part are copied, and so are all other parts, as they are
packed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from webapp.workspace.formats.archive import Archive
from webapp.workspace.formats.changes import changed_units
from webapp.workspace.formats.docx_direction import turn_between
from webapp.workspace.formats.docx_fields import Fields
from webapp.workspace.formats.docx_items import Item, Text, content_start, items_read
from webapp.workspace.formats.docx_text import DocxText, Way, docx_text
from webapp.workspace.formats.docx_xml import Node, Paragraph, paragraphs_read
from webapp.workspace.formats.format import Format
from webapp.workspace.formats.limits import DEFAULT_LIMITS, Limits
from webapp.workspace.formats.patches import Patches
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.unit import (
    ParsedFile,
    PlaceholderStyle,
    Translation,
    Unit,
    unit_key,
)
from webapp.workspace.formats.xml_scan import Element, xml_source

_TYPES = "[Content_Types].xml"
# In the order in which people read them.
_PARTS = tuple(
    re.compile(rf"wordprocessingml\.{part}\+xml$")
    for part in (
        r"(?:document|template)\.main",
        "header",
        "footer",
        "footnotes",
        "endnotes",
    )
)
_MACROS = re.compile(r"macroEnabled|vbaProject|vbaData", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]")


def read(
    data: bytes,
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
) -> ParsedFile:
    units = [
        one.unit for part in _parts(Archive(data, limits), limits) for one in part.texts
    ]
    if not units:
        raise FormatError(Problem.EMPTY)
    return ParsedFile("docx", limits.check_units(units))


def write(
    original: bytes,
    translations: Mapping[str, Translation],
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
) -> bytes:
    archive = Archive(original, limits)
    parts = list(_parts(archive, limits))
    texts = {one.unit.key: one for part in parts for one in part.texts}
    changed = {
        unit.key: translation.text
        for unit, translation in changed_units(
            [one.unit for one in texts.values()],
            translations,
            is_bilingual=False,
            check=lambda unit, text: list(
                texts[unit.key].text.inline.parse(text, unit.key)
            ),
        )
        if translation.text.strip()
    }
    is_rtl = turn_between(source_language, target_language)
    contents = {
        part.name: written
        for part in parts
        if (written := part.written(changed, is_rtl=is_rtl)) is not None
    }
    return archive.replaced(contents) if contents else original


@dataclass(frozen=True, slots=True)
class _Text:
    unit: Unit
    node: Node
    text: DocxText


@dataclass(frozen=True)
class _Part:
    name: str
    data: bytes
    limits: Limits

    @cached_property
    def texts(self) -> list[_Text]:
        """In the order in which the paragraphs begin."""
        texts = sorted(self._read, key=lambda one: one.node.start)
        return [one for one in texts if _WORD.search(_words(one.text))]

    @cached_property
    def _read(self) -> list[_Text]:
        """Those inside a text box before the paragraph that the box is in. A field may
        begin in one paragraph and end in a later one, but not inside a box."""
        fields = Fields()
        return [
            self._text(paragraph, Fields() if paragraph.is_inside else fields)
            for paragraph in paragraphs_read(self.data, self.limits)
        ]

    def written(
        self, changed: Mapping[str, str], *, is_rtl: bool | None
    ) -> bytes | None:
        """The part with these texts; None if none is of it. `is_rtl`: see `Way`."""
        patches = Patches(self.data)
        for one in self._read:
            if one.unit.key in changed:
                start = one.node.inner_start
                way = Way(
                    key=one.unit.key,
                    tag=self.data[one.node.start : start],
                    properties=self.data[start : content_start(one.node)],
                    copy=patches.part,
                    is_rtl=is_rtl,
                )
                content = one.text.written(changed[one.unit.key], way)
                patches.put(start, one.node.inner_end, content)
        return patches.whole() if patches else None

    def _check_length(self, items: list[Item]) -> None:
        """Before labels are looked for in it: what is far too long would take long."""
        length = sum(len(item.text) for item in items if isinstance(item, Text))
        limit = self.limits.max_unit_chars
        if length > limit:
            raise FormatError(Problem.UNIT_TOO_LONG, line=0, limit=limit)

    def _text(self, paragraph: Paragraph, fields: Fields) -> _Text:
        node = paragraph.node
        items = items_read(self.data, node, fields)
        self._check_length(items)
        text = docx_text(items)
        stem = PurePosixPath(self.name).stem
        unit = Unit(
            key=unit_key(stem, str(paragraph.number)),
            source=text.inline.source,
            location=f"{stem} {_style(node)}".strip(),
            placeholders=PlaceholderStyle.HTML,
            codes=text.inline.labels,
            is_prose=True,
        )
        return _Text(unit, node, text)


def _parts(archive: Archive, limits: Limits) -> Iterator[_Part]:
    """Those with text for people. Raises FormatError for what is no document of Word,
    and for one that brings macros."""
    types = xml_source(archive.read(_TYPES), limits=limits).root.children
    names = [(_name(one), one.get("ContentType")) for one in types]
    if any(_MACROS.search(f"{name} {kind}") for name, kind in names) or any(
        _MACROS.search(name) for name in archive.names
    ):
        raise FormatError(Problem.MACROS)
    found = [
        name for part in _PARTS for name, kind in names if name and part.search(kind)
    ]
    if not any(_PARTS[0].search(kind) for _, kind in names):
        raise FormatError(Problem.MISSING, element="word/document.xml")
    for name in dict.fromkeys(found):
        yield _Part(name, archive.read(name), limits)


def _name(one: Element) -> str:
    return one.get("PartName").lstrip("/")


def _words(text: DocxText) -> str:
    return "".join(one for one in text.inline.pieces if isinstance(one, str))


def _style(paragraph: Node) -> str:
    properties = paragraph.first("pPr")
    style = properties.first("pStyle") if properties else None
    return style.attributes.get("val", "") if style else ""


def _looks_right(beginning: str) -> bool:
    return beginning.startswith("PK\x03\x04")


FORMAT = Format(
    name="docx",
    extensions=(".docx", ".docm", ".dotx"),
    read=read,
    write=write,
    looks_right=_looks_right,
    is_binary=True,
    is_archive=True,
)
