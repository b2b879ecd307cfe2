"""XML that is read piece by piece, however long the file is.

No entity of a file is ever expanded: they are how small files become large ones, and
how files read others.
"""

from abc import abstractmethod
from collections.abc import Iterator
from typing import BinaryIO, Protocol
from xml.parsers import expat

from webapp.workspace.formats.limits import Limits
from webapp.workspace.formats.problem import FormatError, Problem

_CHUNK = 1 << 16
# What expat says of a file that ends too early.
_TRUNCATED = {
    expat.errors.XML_ERROR_NO_ELEMENTS,
    expat.errors.XML_ERROR_UNCLOSED_TOKEN,
    expat.errors.XML_ERROR_PARTIAL_CHAR,
    expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
}


class XmlHandler(Protocol):
    """What is told of elements, by their local names, and of text."""

    @abstractmethod
    def start(self, name: str, attributes: dict[str, str], line: int) -> None: ...

    @abstractmethod
    def end(self, name: str, line: int) -> None: ...

    @abstractmethod
    def text(self, data: str) -> None: ...


def xml_feed(file: BinaryIO, handler: XmlHandler, limits: Limits) -> Iterator[None]:
    """Tells `handler` what `file` holds, and stops after each piece.

    Raises FormatError, with the line, where it is no XML or breaks a limit.
    """
    reader = _Reader(handler, limits)
    size = 0
    while chunk := file.read(_CHUNK):
        size += len(chunk)
        if size > limits.max_bytes:
            raise FormatError(Problem.TOO_LARGE, size=size, limit=limits.max_bytes)
        reader.feed(chunk)
        yield
    if not size:
        raise FormatError(Problem.EMPTY)
    reader.feed(b"", is_last=True)
    yield


class _Reader:
    def __init__(self, handler: XmlHandler, limits: Limits) -> None:
        self._handler = handler
        self._limits = limits
        self._depth = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = handler.text
        self._parser.EntityDeclHandler = self._refuse_entity

    def feed(self, data: bytes, *, is_last: bool = False) -> None:
        try:
            self._parser.Parse(data, is_last)
        except expat.ExpatError as error:
            message = expat.ErrorString(error.code)
            cut = message in _TRUNCATED
            problem = Problem.TRUNCATED if cut else Problem.SYNTAX
            raise FormatError(problem, line=error.lineno, found=message) from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        line = self._parser.CurrentLineNumber
        self._limits.check_depth(self._depth, line)
        self._handler.start(_local(name), attributes, line)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._handler.end(_local(name), self._parser.CurrentLineNumber)

    def _refuse_entity(self, name: str, *details: object) -> None:
        line = self._parser.CurrentLineNumber
        raise FormatError(Problem.ENTITY, line=line, element=name)


def _local(name: str) -> str:
    return name.rpartition(":")[2]
