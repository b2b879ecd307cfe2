"""Hide placeholders from a model, so that each can be put back exactly once.

>>> masked = mask("<p>Hello <b>{name}</b>!</p>")
>>> masked.text
'Hello [X0X][X1X][X2X]!'
>>> masked.head, masked.tail
('<p>', '</p>')
>>> shown = bare("<p>Hello {name}!</p>")
>>> shown.text, shown.copies
('Hello {name}!', ('{name}',))
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from webapp.workspace.placeholders.find import placeholders_find
from webapp.workspace.placeholders.kinds import FORMATS, MARKUP, Placeholder
from webapp.workspace.placeholders.patterns import mask_text


@dataclass(frozen=True, slots=True)
class Masked:
    """`text` is what the model reads; number n of `hidden` is behind [XnX], at
    `spans[n]` of it. `head` and `tail` are what it need not read at all."""

    source: str
    codes: tuple[str, ...]
    text: str
    head: str
    tail: str
    hidden: tuple[Placeholder, ...]
    spans: tuple[tuple[int, int], ...]
    shown: tuple[str, ...] = ()  # placeholders that the text has as they are

    @property
    def literals(self) -> tuple[str, ...]:
        return tuple(self.text[start:end] for start, end in self.spans)

    @property
    def copies(self) -> tuple[str, ...]:
        """What the answer must have as it is: for a model that can be led."""
        return (*self.literals, *self.shown)

    @property
    def has_words(self) -> bool:
        """Is there anything to translate at all?"""
        bare = self.text
        for literal in self.literals:
            bare = bare.replace(literal, "", 1)
        return any(character.isalpha() for character in bare)


def mask(source: str, codes: Iterable[str] = ()) -> Masked:
    codes = tuple(codes)
    found = placeholders_find(source, codes)
    first, last = _outer(source, found)
    start = found[first - 1].end if first else 0
    end = found[last].start if last < len(found) else len(source)
    start, end = _without_space(source, start, end)
    return _masked(source, start, end, found[first:last], first, codes)


def bare(source: str, codes: Iterable[str] = ()) -> Masked | None:
    """With its placeholders as they are, where all are of formats that are written
    among words, such as %s and {name}, so that models know them; None elsewhere."""
    masked = mask(source, codes)
    if not masked.hidden or any(each.kind not in FORMATS for each in masked.hidden):
        return None
    end = len(source) - len(masked.tail)
    return replace(
        masked,
        text=source[len(masked.head) : end],
        hidden=(),
        spans=(),
        shown=tuple(dict.fromkeys(each.text for each in masked.hidden)),
    )


def _outer(source: str, found: list[Placeholder]) -> tuple[int, int]:
    """Numbers of the first inner one and of the one after the last.

    An outer tag goes with its partner: <b>Big</b> house, turned round by a translation,
    must not be bold elsewhere.
    """
    first, last = 0, len(found)
    while first < last:
        head, tail = found[first], found[last - 1]
        is_first = head.kind in MARKUP and _is_space(source, found, first - 1)
        is_last = tail.kind in MARKUP and _is_space(source, found, last - 1)
        if is_first and head.partner is None:
            first += 1
        elif is_last and tail.partner is None:
            last -= 1
        elif is_first and is_last and head.partner == last - 1:
            first, last = first + 1, last - 1
        else:
            break
    return first, last


def _is_space(source: str, found: list[Placeholder], number: int) -> bool:
    """Is there nothing but white space after this one, or at the beginning for -1?"""
    start = found[number].end if number >= 0 else 0
    end = found[number + 1].start if number + 1 < len(found) else len(source)
    return not source[start:end].strip()


def _without_space(source: str, start: int, end: int) -> tuple[int, int]:
    inner = source[start:end]
    bare = inner.strip()
    if not bare:
        return end, end
    start += inner.index(bare)
    return start, start + len(bare)


def _masked(
    source: str,
    start: int,
    end: int,
    inner: list[Placeholder],
    first: int,
    codes: tuple[str, ...],
) -> Masked:
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    at, length = start, 0
    for number, placeholder in enumerate(inner):
        words, sign = source[at : placeholder.start], mask_text(number)
        spans.append((length + len(words), length + len(words) + len(sign)))
        length += len(words) + len(sign)
        parts += (words, sign)
        at = placeholder.end
    parts.append(source[at:end])
    return Masked(
        source=source,
        codes=codes,
        text="".join(parts),
        head=source[:start],
        tail=source[end:],
        hidden=tuple(_renumbered(placeholder, first) for placeholder in inner),
        spans=tuple(spans),
    )


def _renumbered(placeholder: Placeholder, first: int) -> Placeholder:
    if placeholder.partner is None:
        return placeholder
    return replace(placeholder, partner=placeholder.partner - first)
