"""A paragraph of Word as one row: pieces of text with their formats, and marks for all
that is no text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from webapp.workspace.formats.docx_fields import FieldEvent, Fields, simple_is_link
from webapp.workspace.formats.docx_xml import Node
from webapp.workspace.formats.inline_codes import CodeKind

# Around runs, without a meaning for their text.
_CONTAINERS = {
    "bdo",
    "customXml",
    "dir",
    "hyperlink",
    "ins",
    "moveTo",
    "sdt",
    "smartTag",
}
_DROPPED = {"lastRenderedPageBreak", "proofErr"}  # Word makes them anew
_CHARACTERS = {
    "cr": "\n",
    "noBreakHyphen": "\u2011",
    "softHyphen": "\u00ad",
    "tab": "\t",
}
_NAMES = {
    "bookmarkEnd": "x",
    "bookmarkStart": "x",
    "AlternateContent": "img",
    "br": "br",
    "drawing": "img",
    "endnoteReference": "note",
    "footnoteReference": "note",
    "hyperlink": "a",
    "oMath": "math",
    "pict": "img",
}
# They say nothing of how a text looks: the language, the spelling, a hint for fonts.
_NOISE = re.compile(
    rb"<(?:\w+:)?(?:lang|noProof)\b[^>]*/>|<(?:\w+:)?rFonts (?:\w+:)?hint=\"\w+\"/>"
)
_HIDDEN = {"vanish", "webHidden"}

Raw = bytes | tuple[int, int]  # bytes to write, or a place of the part to copy


@dataclass(frozen=True, slots=True)
class Text:
    """`look` is what two texts that look alike share; `properties` are as written."""

    text: str
    look: bytes
    properties: bytes


@dataclass(frozen=True, slots=True)
class Mark:
    kind: CodeKind
    name: str
    raw: tuple[Raw, ...]
    is_word: bool = False  # stands for a word of the sentence


Item = Text | Mark


def items_read(data: bytes, paragraph: Node, fields: Fields) -> list[Item]:
    """What the paragraph holds, in order, but for its properties."""
    reader = _Reader(data, fields)
    reader.walk(paragraph)
    reader.flush(CodeKind.ALONE, "x")  # a field that goes on in the next paragraph
    return reader.items


def content_start(paragraph: Node) -> int:
    """Behind the properties."""
    properties = paragraph.first("pPr")
    return properties.end if properties else paragraph.inner_start


class _Reader:
    def __init__(self, data: bytes, fields: Fields) -> None:
        self.items: list[Item] = []
        self._data = data
        self._fields = fields
        self._pending: list[Raw] = []  # of a field that is not to be read

    def walk(self, parent: Node) -> None:
        for node in parent.children:
            if self._fields.is_opaque and node.name != "r":
                self._pass_over(node)
            elif node.name == "r":
                self._run(node)
            elif node.name in _CONTAINERS or _is_link(node):
                self._container(node)
            elif node.name not in _DROPPED and not node.name.endswith("Pr"):
                self._add_mark(CodeKind.ALONE, node, (node.start, node.end))

    def flush(self, kind: CodeKind, name: str) -> None:
        if self._pending:
            is_word = name == "field"
            self.items.append(Mark(kind, name, tuple(self._pending), is_word))
            self._pending = []

    def _add(self, item: Item) -> None:
        """A field that has ended without a mark of its own comes before it."""
        self.flush(CodeKind.ALONE, "field")
        self.items.append(item)

    def _add_mark(self, kind: CodeKind, node: Node, *raw: Raw) -> None:
        name = node.name.rpartition(" ")[2]
        is_word = name in ("fldSimple", "oMath")
        self._add(Mark(kind, _NAMES.get(name, "x"), raw, is_word))

    def _pass_over(self, node: Node) -> None:
        if node.name == "pPr":
            return
        self._pending.append((node.start, node.end))
        for inside in node.all():
            self._fields.take(inside)

    def _container(self, node: Node) -> None:
        """Its properties belong to its opening tag."""
        inner = node.first("sdtContent") if node.name == "sdt" else node
        if inner is None:
            self._add_mark(CodeKind.ALONE, node, (node.start, node.end))
            return
        start = inner.inner_start
        if inner.children and inner.children[0].name.endswith("Pr"):
            start = inner.children[0].end
        self._add_mark(CodeKind.OPEN, node, (node.start, start))
        self.walk(inner)
        self._add_mark(CodeKind.CLOSE, node, (inner.inner_end, node.end))

    def _run(self, run: Node) -> None:
        properties = run.first("rPr")
        raw = self._data[properties.start : properties.end] if properties else b""
        hidden = properties and any(one.name in _HIDDEN for one in properties.children)
        for child in run.children:
            if child is properties or child.name in _DROPPED:
                continue
            event = self._fields.take(child)
            text = None if hidden else _text(child)
            if event is not FieldEvent.NONE:
                self._pending += self._wrapped(run, raw, child)
                self._end_field(event)
            elif self._fields.is_opaque or child.name == "fldChar":
                self._pending += self._wrapped(run, raw, child)
            elif text is not None:
                self._add(Text(text, _look(raw), raw))
            else:
                self._add_mark(CodeKind.ALONE, child, *self._wrapped(run, raw, child))

    def _end_field(self, event: FieldEvent) -> None:
        if event is FieldEvent.OPENS_TEXT:
            self.flush(CodeKind.OPEN, "a")
        elif event is FieldEvent.CLOSES_TEXT:
            self.flush(CodeKind.CLOSE, "a")
        else:
            self.flush(CodeKind.ALONE, "field")

    def _wrapped(self, run: Node, properties: bytes, child: Node) -> tuple[Raw, ...]:
        """The child in a run of its own, like the one that it was in."""
        opening = self._data[run.start : run.inner_start]
        closing = self._data[run.inner_end : run.end]
        return (opening + properties, (child.start, child.end), closing)


def _is_link(node: Node) -> bool:
    return node.name == "fldSimple" and simple_is_link(node)


def _text(node: Node) -> str | None:
    if node.name == "t":
        is_kept = node.attributes.get("space") == "preserve"
        return node.text if is_kept else node.text.strip(" \t\r\n")
    if node.name == "br":
        kind = node.attributes.get("type", "textWrapping")
        return "\n" if kind == "textWrapping" else None
    return _CHARACTERS.get(node.name)


def _look(properties: bytes) -> bytes:
    """
    >>> _look(b'<w:rPr><w:b/><w:lang w:val="en"/></w:rPr>')
    b'<w:rPr><w:b/></w:rPr>'
    >>> _look(b'<w:rPr><w:noProof/></w:rPr>')
    b''
    """
    look = _NOISE.sub(b"", properties)
    return b"" if re.fullmatch(rb"<[^>]*></[^>]*>|<[^>]*/>", look) else look


def look_names(look: bytes) -> Iterator[str]:
    """What an HTML tag would say of it."""
    names = {b"b": "b", b"i": "i", b"u": "u", b"strike": "s"}
    for sign, name in names.items():
        if re.search(rb"<(?:\w+:)?" + sign + rb"\s*/>", look):
            yield name
    position = re.search(rb"vertAlign [^>]*\"(super|sub)script\"", look)
    if position:
        yield "sup" if position[1] == b"super" else "sub"
