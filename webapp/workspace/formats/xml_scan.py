"""An XML file as a tree whose elements know their places in the text.

lxml tells lines, not positions, and writes a file anew; expat tells where each tag
begins, so that everything around a changed translation can be copied. Nothing is
fetched, and a file that declares entities is refused before any is expanded.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from webapp.workspace.formats.limits import Limits
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.text_source import Edit, TextSource, decode

_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([\w.:-]+)[\"']")
_TAG = re.compile(r"<(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>")
_ENDS_TOO_EARLY = {
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
_UNDEFINED_ENTITY = expat.errors.codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]


@dataclass(slots=True)
class Element:
    """From `start` to `end`, its content from `inner_start` to `inner_end`."""

    tag: str  # without prefix
    attributes: dict[str, str]  # with prefixes
    line: int
    start: int
    inner_start: int
    inner_end: int = 0
    end: int = 0
    comment: str = ""  # what stands before it in its parent
    children: list["Element"] = field(default_factory=list)

    @property
    def is_self_closing(self) -> bool:
        return self.inner_start == self.end

    def all(self, *tags: str) -> Iterator["Element"]:
        return (child for child in self.children if child.tag in tags)

    def first(self, tag: str) -> "Element | None":
        return next(self.all(tag), None)

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)


@dataclass(frozen=True)
class XmlSource:
    source: TextSource
    root: Element

    def raw(self, element: Element) -> str:
        return self.source.text[element.inner_start : element.inner_end]

    def open_tag(self, element: Element) -> str:
        return self.source.text[element.start : element.inner_start]

    def gap_before(self, element: Element) -> str:
        """The white space before it: the line's end and the indentation."""
        text, position = self.source.text, element.start
        while position and text[position - 1] in " \t\r\n":
            position -= 1
        return text[position : element.start]

    def edited(self, edits: list[Edit]) -> bytes:
        """Characters that the file's encoding has not become references."""
        encoding = self.source.encoding
        return self.source.edited(
            Edit(
                edit.start,
                edit.end,
                edit.text.encode(encoding, "xmlcharrefreplace").decode(encoding),
            )
            for edit in edits
        )


def xml_source(data: bytes, *, limits: Limits) -> XmlSource:
    found = _DECLARED.search(data[:200])
    declared = found[1].decode("ascii") if found else ""
    source = decode(data, limits=limits, declared=declared)
    return XmlSource(source, _Parser(source, limits).root())


class _Parser:
    def __init__(self, source: TextSource, limits: Limits) -> None:
        self._source = source
        self._limits = limits
        self._utf8 = source.text.encode()
        self._bytes = self._chars = 0  # the same place, counted in both ways
        self._open: list[Element] = []
        self._root: Element | None = None
        self._comments: list[str] = []
        self._expat = expat.ParserCreate("utf-8")
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CommentHandler = self._comment
        self._expat.EntityDeclHandler = self._entity
        self._expat.SkippedEntityHandler = self._entity

    def root(self) -> Element:
        try:
            self._expat.Parse(self._utf8, True)  # noqa: FBT003  # expat's own way
        except expat.ExpatError as error:
            raise self._error(error) from None
        assert self._root is not None  # expat wants an element
        return self._root

    def _error(self, error: expat.ExpatError) -> FormatError:
        element = self._open[-1].tag if self._open else ""
        if error.code == _UNDEFINED_ENTITY:
            return FormatError(Problem.ENTITY, line=error.lineno, element=element)
        if error.code in _ENDS_TOO_EARLY:
            return FormatError(Problem.TRUNCATED, line=error.lineno, element=element)
        return FormatError(Problem.SYNTAX, line=error.lineno, element=element)

    def _position(self) -> int:
        """Of the current tag in the text; expat counts the bytes of UTF-8."""
        index = self._expat.CurrentByteIndex
        self._chars += len(self._utf8[self._bytes : index].decode())
        self._bytes = index
        return self._chars

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        start = self._position()
        line = self._expat.CurrentLineNumber
        self._limits.check_depth(len(self._open) + 1, line)
        inner = self._tag_end(start)
        comment = "\n".join(self._comments)
        tag = name.rpartition(":")[2]
        element = Element(tag, attributes, line, start, inner, comment=comment)
        self._comments.clear()
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)

    def _end(self, _name: str) -> None:
        element = self._open.pop()
        self._comments.clear()
        position = self._position()
        if self._source.text.endswith("/>", element.start, element.inner_start):
            element.inner_end = element.end = element.inner_start
        else:
            element.inner_end, element.end = position, self._tag_end(position)

    def _tag_end(self, start: int) -> int:
        found = _TAG.match(self._source.text, start)
        assert found is not None  # expat has read it as a tag
        return found.end()

    def _comment(self, text: str) -> None:
        self._comments.append(text.strip())

    def _entity(self, name: str, *_details: object) -> None:
        raise FormatError(
            Problem.ENTITY, line=self._expat.CurrentLineNumber, element=name
        )
