"""Text in XML: what it means, how it is written, and inline markup as codes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.xml_scan import Element, XmlSource

_MARKUP = re.compile(
    r"<!\[CDATA\[(?P<cdata>.*?)\]\]>|<!--.*?-->|<\?.*?\?>"
    r"|&(?:#x(?P<hex>[0-9a-fA-F]+)|#(?P<decimal>\d+)|(?P<name>\w+));"
    r"|(?P<newline>\r\n?)",
    re.DOTALL,
)
_NAMES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", "\r": "&#13;"})
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

Transform = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Code:
    """A piece of inline markup: how a translator sees it, and how the file has it.

    An element with content of its own is two codes; the first tells how the second is
    shown.
    """

    shown: str
    raw: str
    closed_by: str = ""
    closes: bool = False


@dataclass(frozen=True, slots=True)
class Inline:
    """The content of an element: text with codes in it."""

    text: str
    codes: tuple[Code, ...] = ()

    @property
    def shown_codes(self) -> tuple[str, ...]:
        return tuple(code.shown for code in self.codes)


def xml_unescape(raw: str) -> str:
    """Comments and processing instructions are no text."""
    return _MARKUP.sub(_meaning, raw)


def xml_escape(text: str, *, key: str) -> str:
    if _FORBIDDEN.search(text):
        raise FormatError(Problem.UNWRITABLE, key=key)
    return text.translate(_ESCAPES).replace("]]>", "]]&gt;")


def inline_text(
    pieces: Sequence[str | Code], transform: Transform = xml_unescape
) -> Inline:
    """Raw text and codes put together; `transform` gives the text's meaning."""
    text = "".join(
        piece.shown if isinstance(piece, Code) else transform(piece) for piece in pieces
    )
    return Inline(text, tuple(piece for piece in pieces if isinstance(piece, Code)))


def inline_pieces(
    xml: XmlSource,
    element: Element,
    codes_of: Callable[[XmlSource, Element], Code | tuple[Code, Code]],
) -> list[str | Code]:
    """The element's content in order. `codes_of` a child gives one code that stands
    for it as a whole, or two around its content."""
    pieces: list[str | Code] = []
    position = element.inner_start
    for child in element.children:
        pieces.append(xml.source.text[position : child.start])
        codes = codes_of(xml, child)
        if isinstance(codes, Code):
            pieces.append(codes)
        else:
            pieces += [codes[0], *inline_pieces(xml, child, codes_of), codes[1]]
        position = child.end
    return [*pieces, xml.source.text[position : element.inner_end]]


def inline_raw(text: str, codes: Sequence[Code], *, key: str, escape: Transform) -> str:
    """The text as the file has it: codes as they were, all else escaped.

    A code may be left out or moved. Refused are a code that comes more often than in
    the source, and a pair that is torn apart: the file would no longer be XML.
    """
    stock: dict[str, list[Code]] = {}
    for code in reversed(codes):
        stock.setdefault(code.shown, []).append(code)
    open_: list[Code] = []
    raw: list[str] = []
    for piece in split_at_codes(text, list(stock)):
        if piece not in stock:
            raw.append(escape(piece))
        elif not stock[piece]:
            raise FormatError(Problem.BROKEN_CODES, key=key, code=piece)
        else:
            code = stock[piece].pop()
            _nest(code, open_, key=key)
            raw.append(code.raw)
    if open_:
        raise FormatError(Problem.BROKEN_CODES, key=key, code=open_[-1].shown)
    return "".join(raw)


def _nest(code: Code, open_: list[Code], *, key: str) -> None:
    """Keeps count of what is open. All elements of a name close alike, so any closing
    code does for the last one that is open, if the names agree."""
    if code.closed_by:
        open_.append(code)
    elif code.closes and (not open_ or code.shown != open_.pop().closed_by):
        raise FormatError(Problem.BROKEN_CODES, key=key, code=code.shown)


def split_at_codes(text: str, shown: Sequence[str]) -> list[str]:
    """
    >>> split_at_codes("a<b>c</b>", ["<b>", "</b>"])
    ['a', '<b>', 'c', '</b>']
    """
    if not shown:
        return [text] if text else []
    longest_first = sorted(set(shown), key=len, reverse=True)
    pattern = "|".join(re.escape(code) for code in longest_first)
    return [piece for piece in re.split(f"({pattern})", text) if piece]


def _meaning(match: re.Match[str]) -> str:
    if match["newline"]:
        return "\n"
    if match["cdata"] is not None:
        return match["cdata"].replace("\r\n", "\n")
    if match["hex"] or match["decimal"]:
        number = int(match["hex"], 16) if match["hex"] else int(match["decimal"])
        return chr(number)
    return _NAMES.get(match["name"] or "", "")
