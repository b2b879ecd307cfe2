"""A paragraph of Word as one text with short codes, and the way back to its runs."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from webapp.workspace.formats.docx_direction import paragraph_turned, run_turned
from webapp.workspace.formats.docx_items import Item, Mark, Raw, Text, look_names
from webapp.workspace.formats.inline_codes import (
    Code,
    CodeKind,
    InlineText,
    code_partners,
    inline_text,
    inner_range,
)
from webapp.workspace.formats.xml_text import xml_escape

_SPECIAL = re.compile("([\t\n\u2011\u00ad])")
_ELEMENTS = {"\t": "tab", "\n": "br", "\u2011": "noBreakHyphen", "\u00ad": "softHyphen"}
_PREFIX = re.compile(rb"<([\w.-]+:)?p\b")


@dataclass(frozen=True, slots=True)
class _Effect:
    """What a code does when the paragraph is written: it writes `raw`, and text that
    follows has the properties `begins`, until the code that ends them."""

    raw: tuple[Raw, ...] = ()
    begins: bytes | None = None
    ends: bool = False


@dataclass(frozen=True, slots=True)
class DocxText:
    """`before` and `after` are written as they were; a translator does not see them."""

    inline: InlineText
    properties: bytes  # of text without a code around it
    before: tuple[str | _Effect, ...]
    effects: tuple[_Effect, ...]  # of the codes in `inline`, in order
    after: tuple[str | _Effect, ...]

    def written(self, translation: str, way: "Way") -> bytes:
        """The paragraph's properties, runs and marks."""
        parsed = self.inline.parse(translation, way.key)
        middle = (self.effects[one] if isinstance(one, int) else one for one in parsed)
        writer = _Writer(way, self.properties)
        runs = b"".join(map(writer.write, (*self.before, *middle, *self.after)))
        return way.of_paragraph + runs


@dataclass(frozen=True, slots=True)
class Way:
    """How a paragraph is written. `tag` is its own, for its prefix; `copy` gives a part
    of the file; `is_rtl`: it runs the other way than its source, from right to left?"""

    key: str
    tag: bytes
    properties: bytes
    copy: Callable[[int, int], bytes]
    is_rtl: bool | None

    @property
    def prefix(self) -> str:
        found = _PREFIX.match(self.tag)
        return (found[1] or b"").decode() if found else ""

    @property
    def of_paragraph(self) -> bytes:
        if self.is_rtl is None:
            return self.properties
        return paragraph_turned(self.properties, self.prefix, is_rtl=self.is_rtl)

    def of_run(self, properties: bytes) -> bytes:
        if self.is_rtl is None:
            return properties
        return run_turned(properties, self.prefix, is_rtl=self.is_rtl)


def docx_text(items: Sequence[Item]) -> DocxText:
    """The look that most of the text has goes without saying; the others are codes."""
    merged = list(_merged(items))
    usual = _usual(merged)
    pieces = list(_pieces(merged, usual))
    first, last = _inner([code for code, _ in pieces], [one for _, one in pieces])
    inner = pieces[first : last + 1]
    shown = [code or str(one) for code, one in inner]
    return DocxText(
        inline=inline_text(shown),
        properties=usual[None],
        before=tuple(one for _, one in pieces[:first]),
        effects=tuple(one for _, one in inner if isinstance(one, _Effect)),
        after=tuple(one for _, one in pieces[last + 1 :]),
    )


_Piece = tuple[Code | None, str | _Effect]


def _merged(items: Sequence[Item]) -> Iterator[Item]:
    """Word cuts text at random; what looks alike is one."""
    filled = (item for item in items if isinstance(item, Mark) or item.text)
    for look, group in groupby(
        filled, key=lambda item: item.look if isinstance(item, Text) else None
    ):
        same = list(group)
        texts = [item for item in same if isinstance(item, Text)]
        if look is None:
            yield from same
        else:
            yield Text("".join(one.text for one in texts), look, texts[0].properties)


def _usual(items: Sequence[Item]) -> dict[int | None, bytes]:
    """The properties that most text has: of the paragraph (None), and of each link or
    the like by its place."""
    counts: dict[int | None, Counter[bytes]] = {None: Counter()}
    properties: dict[bytes, bytes] = {}
    for at, item, container in _inside(items):
        if isinstance(item, Text):
            counts[container][item.look] += len(item.text.strip())
            properties.setdefault(item.look, item.properties)
        else:
            counts.setdefault(at, Counter())
    return {
        container: properties[count.most_common(1)[0][0]] if count else b""
        for container, count in counts.items()
    }


def _inside(items: Sequence[Item]) -> Iterator[tuple[int, Item, int | None]]:
    """Each item with its place, and that of the link or the like that it is in."""
    partners = _partners(items)
    open_: list[int | None] = [None]
    for at, item in enumerate(items):
        is_paired = partners.get(at, at) != at
        if isinstance(item, Mark) and is_paired and item.kind is CodeKind.CLOSE:
            open_.pop()
        yield at, item, open_[-1]
        if isinstance(item, Mark) and is_paired and item.kind is CodeKind.OPEN:
            open_.append(at)


def _partners(items: Sequence[Item]) -> dict[int, int]:
    places = [at for at, item in enumerate(items) if isinstance(item, Mark)]
    marks = [item for item in items if isinstance(item, Mark)]
    found = code_partners([Code(mark.kind, mark.name) for mark in marks])
    return {places[one]: places[other] for one, other in found.items()}


def _pieces(items: Sequence[Item], usual: dict[int | None, bytes]) -> Iterator[_Piece]:
    names = _Names(items)
    partners = _partners(items)
    looks = {item.properties: item.look for item in items if isinstance(item, Text)}
    for at, item, container in _inside(items):
        if isinstance(item, Mark):
            is_paired = partners.get(at, at) != at
            begins = usual[at] if is_paired and item.kind is CodeKind.OPEN else None
            ends = is_paired and item.kind is CodeKind.CLOSE
            yield Code(item.kind, item.name), _Effect(item.raw, begins, ends)
        elif item.look == looks.get(usual[container], b""):
            yield None, item.text
        else:
            name, is_plain = names.of(item.look)
            opening = Code(CodeKind.OPEN, name, is_plain)
            yield opening, _Effect(begins=item.properties)
            yield None, item.text
            yield Code(CodeKind.CLOSE, name, is_plain), _Effect(ends=True)


class _Names:
    """What looks are called: like tags of HTML, where these say enough."""

    def __init__(self, items: Sequence[Item]) -> None:
        looks = {item.look for item in items if isinstance(item, Text)}
        self._names = {look: next(look_names(look), "x") for look in looks}
        self._counts = Counter(self._names.values())

    def of(self, look: bytes) -> tuple[str, bool]:
        name = self._names[look]
        return name, name != "x" and self._counts[name] == 1


def _inner(
    codes: Sequence[Code | None], pieces: Sequence[str | _Effect]
) -> tuple[int, int]:
    def is_nothing(at: int) -> bool:
        piece = pieces[at]
        if isinstance(piece, str):
            return not piece.strip()
        code = codes[at]
        return code is None or code.name not in _WORDS

    first, last = inner_range(codes, is_nothing)
    if first and isinstance(pieces[first - 1], str):  # or it would run into the words
        first -= 1
    if last + 1 < len(pieces) and isinstance(pieces[last + 1], str):
        last += 1
    return first, last


_WORDS = {"field", "math"}  # codes that stand for a word of the sentence


class _Writer:
    def __init__(self, way: Way, properties: bytes) -> None:
        self._way = way
        self._prefix = way.prefix
        self._properties = [properties]

    def write(self, piece: str | _Effect) -> bytes:
        if isinstance(piece, str):
            return self._run(piece)
        if piece.ends:
            self._properties.pop()
        if piece.begins is not None:
            self._properties.append(piece.begins)
        return b"".join(
            raw if isinstance(raw, bytes) else self._way.copy(*raw) for raw in piece.raw
        )

    def _run(self, text: str) -> bytes:
        content = "".join(map(self._content, filter(None, _SPECIAL.split(text))))
        opening, closing = f"<{self._prefix}r>", f"</{self._prefix}r>"
        properties = self._way.of_run(self._properties[-1])
        return opening.encode() + properties + f"{content}{closing}".encode()

    def _content(self, text: str) -> str:
        element = _ELEMENTS.get(text)
        if element:
            return f"<{self._prefix}{element}/>"
        words = xml_escape(text, key=self._way.key)
        return f'<{self._prefix}t xml:space="preserve">{words}</{self._prefix}t>'
