"""The paragraphs of a part of a Word document, as trees whose elements know their
places in the part's bytes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from webapp.workspace.formats.limits import Limits
from webapp.workspace.formats.problem import FormatError, Problem

_WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_XML = "http://www.w3.org/XML/1998/namespace"
_FALLBACK = "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"
_TAG = re.compile(rb"<(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>")
_DECLARED = re.compile(rb"<\?xml[^>]*?\bencoding\s*=\s*[\"']([\w.:-]+)[\"']")
_READABLE = {b"utf-8", b"us-ascii", b"ascii"}


@dataclass(slots=True)
class Node:
    """An element. Those of Word have their names without a namespace, attributes too;
    others have the namespace before it."""

    name: str
    attributes: dict[str, str]
    start: int
    inner_start: int
    inner_end: int = 0
    end: int = 0
    children: list["Node"] = field(default_factory=list)
    text: str = ""

    def first(self, name: str) -> "Node | None":
        return next((child for child in self.children if child.name == name), None)

    def all(self) -> Iterator["Node"]:
        """Itself and whatever is inside it."""
        yield self
        for child in self.children:
            yield from child.all()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`number` counts from 1 in the order in which paragraphs begin. One inside a text
    box comes before the one that the box is in."""

    number: int
    node: Node
    is_inside: bool


def paragraphs_read(data: bytes, limits: Limits) -> list[Paragraph]:
    """Raises FormatError where the part is no XML, or declares entities."""
    declared = _DECLARED.search(data[:200])
    is_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if is_utf16 or (declared and declared[1].lower() not in _READABLE):
        encoding = declared[1].decode("ascii") if declared else "UTF-16"
        raise FormatError(Problem.UNSUPPORTED, line=1, element=encoding)
    return _Reader(data, limits).paragraphs()


class _Reader:
    def __init__(self, data: bytes, limits: Limits) -> None:
        self._data = data
        self._limits = limits
        self._found: list[Paragraph] = []
        self._count = 0
        self._depth = 0
        self._skipped = 0  # how deep inside what only old programs read
        self._open: list[Node] = []  # inside a paragraph
        self._numbers: list[int] = []  # of the paragraphs that are open
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.EntityDeclHandler = self._refuse_entity

    def paragraphs(self) -> list[Paragraph]:
        try:
            self._parser.Parse(self._data, True)  # noqa: FBT003  # expat's own way
        except expat.ExpatError as error:
            raise FormatError(Problem.SYNTAX, line=error.lineno) from error
        return self._found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._limits.check_depth(self._depth, self._parser.CurrentLineNumber)
        if name == _FALLBACK or self._skipped:
            self._skipped += 1
            return
        local = _local(name)
        if local == "p":
            self._count += 1
            self._numbers.append(self._count)
        if not self._numbers:
            return
        start = self._parser.CurrentByteIndex
        named = {_local(key): value for key, value in attributes.items()}
        node = Node(local, named, start, self._tag_end(start))
        if self._open:
            self._open[-1].children.append(node)
        self._open.append(node)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._skipped:
            self._skipped -= 1
            return
        if not self._open:
            return
        node = self._open.pop()
        position = self._parser.CurrentByteIndex
        if self._data.endswith(b"/>", node.start, node.inner_start):
            node.inner_end = node.end = node.inner_start
        else:
            node.inner_end, node.end = position, self._tag_end(position)
        if node.name == "p":
            number = self._numbers.pop()
            self._found.append(Paragraph(number, node, bool(self._numbers)))

    def _text(self, data: str) -> None:
        if self._open and not self._skipped:
            self._open[-1].text += data

    def _tag_end(self, start: int) -> int:
        found = _TAG.match(self._data, start)
        assert found is not None, "expat has read it as a tag"
        return found.end()

    def _refuse_entity(self, name: str, *details: object) -> None:
        line = self._parser.CurrentLineNumber
        raise FormatError(Problem.ENTITY, line=line, element=name)


def _local(name: str) -> str:
    uri, _, local = name.rpartition(" ")
    return local if uri in (*_WORD, _XML) else name
