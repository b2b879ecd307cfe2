"""Text with markup in it, as people see it: each piece of markup is a short code.

A reader makes an InlineText of what it found; the text that comes back is taken apart
again at the same codes. Codes look like tags, so that whoever protects tags in a text
protects them too.
"""

import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from webapp.workspace.formats.problem import FormatError, Problem

_LABEL = re.compile(r"</?[^<>/\s]+/?>")


class CodeKind(Enum):
    """How a code is shown. An opening one and its closing one share a name."""

    OPEN = "<{}>"
    CLOSE = "</{}>"
    ALONE = "<{}/>"


@dataclass(frozen=True, slots=True)
class Code:
    """Markup inside a text. A plain one says no more than its name and is shown by it;
    others get a number, which parts those that look alike."""

    kind: CodeKind
    name: str
    is_plain: bool = False


@dataclass(frozen=True, slots=True)
class InlineText:
    """`pieces` are text and codes in order; `labels` are how the codes are shown."""

    pieces: tuple[str | Code, ...]
    labels: tuple[str, ...]

    @property
    def source(self) -> str:
        labels = iter(self.labels)
        return "".join(
            piece if isinstance(piece, str) else next(labels) for piece in self.pieces
        )

    def parse(self, text: str, key: str) -> Iterator[str | int]:
        """What a translation is made of: text, and codes by their number in `labels`.

        Raises FormatError where a code is doubled or wrongly nested.
        """
        if not self.labels:
            yield text
            return
        numbers: dict[str, deque[int]] = {}
        for at, label in enumerate(self.labels):
            numbers.setdefault(label, deque()).append(at)
        parts = [part for part in re.split(f"({_LABEL.pattern})", text) if part]
        found = [part for part in parts if part in numbers]
        codes_check(self.labels, found, key)
        _check_nesting(found, key)
        for part in parts:
            yield numbers[part].popleft() if part in numbers else part


def inline_text(pieces: Iterable[str | Code]) -> InlineText:
    """With labels that its text does not contain. Codes without a partner stand alone.

    >>> bold, end = Code(CodeKind.OPEN, "b"), Code(CodeKind.CLOSE, "b")
    >>> inline_text(["Say ", bold, "yes", end, " not <b1>"]).source
    'Say <b2>yes</b2> not <b1>'
    """
    joined = list(_joined(pieces))
    codes = [piece for piece in joined if isinstance(piece, Code)]
    partners = code_partners(codes)
    codes = [
        code if at in partners else replace(code, kind=CodeKind.ALONE)
        for at, code in enumerate(codes)
    ]
    text = "\n".join(piece for piece in joined if isinstance(piece, str))
    replaced = iter(codes)
    return InlineText(
        tuple(piece if isinstance(piece, str) else next(replaced) for piece in joined),
        tuple(_labels(codes, partners, text)),
    )


def codes_check(known: Sequence[str], found: Sequence[str], key: str) -> None:
    """Raises FormatError for a code that is there more often than in the source. One
    that was left out does the file no harm."""
    for code in Counter(found) - Counter(known):
        raise FormatError(Problem.BROKEN_CODES, key=key, code=code)


def _check_nesting(labels: Sequence[str], key: str) -> None:
    """Codes with a partner are well nested in every source: so they must be here."""
    opened: list[str] = []
    for label in labels:
        if label.startswith("</"):
            if not opened or opened.pop() != label[2:]:
                raise FormatError(Problem.BROKEN_CODES, key=key, code=label)
        elif not label.endswith("/>"):
            opened.append(label[1:])
    if opened:
        raise FormatError(Problem.BROKEN_CODES, key=key, code=f"<{opened[-1]}")


def _joined(pieces: Iterable[str | Code]) -> Iterator[str | Code]:
    """Text that is side by side is one piece."""
    text = ""
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
            continue
        if text:
            yield text
        text = ""
        yield piece
    if text:
        yield text


def code_partners(codes: Sequence[Code]) -> dict[int, int]:
    """The numbers of opening and closing codes that belong together, both ways; a code
    that stands alone is its own partner. Those left open inside others have none."""
    partners: dict[int, int] = {}
    opened: list[int] = []
    depths: dict[str, list[tuple[int, int]]] = {}  # by name: place in `opened`, number
    for at, code in enumerate(codes):
        if code.kind is CodeKind.OPEN:
            depths.setdefault(code.name, []).append((len(opened), at))
            opened.append(at)
        elif code.kind is CodeKind.ALONE:
            partners[at] = at
        else:
            known = depths.get(code.name, [])
            while known:
                depth, number = known.pop()
                if depth < len(opened) and opened[depth] == number:
                    del opened[depth:]
                    partners[at], partners[number] = number, at
                    break
    return partners


def inner_range(
    codes: Sequence[Code | None], is_nothing: Callable[[int], bool]
) -> tuple[int, int]:
    """The first and the last place that matter of a row of codes and texts (None):
    without what is nothing, and without a pair of codes that is around all the rest.
    """
    numbered = [at for at, code in enumerate(codes) if code is not None]
    found = code_partners([code for code in codes if code is not None])
    partners = {numbered[one]: numbered[other] for one, other in found.items()}

    def is_outside(at: int) -> bool:
        return partners.get(at, at) == at and is_nothing(at)

    first, last = 0, len(codes) - 1
    while first <= last:
        if is_outside(first):
            first += 1
        elif is_outside(last):
            last -= 1
        elif first < last and partners.get(first) == last:
            first, last = first + 1, last - 1
        else:
            break
    return first, last


def _labels(
    codes: Sequence[Code], partners: dict[int, int], text: str
) -> Iterator[str]:
    in_text = {label.strip("</>") for label in _LABEL.findall(text)}
    taken = {code.name for code in codes if code.is_plain} | in_text
    names: dict[int, str] = {}
    number = 0
    for at, code in enumerate(codes):
        name = names.get(partners.get(at, at), "")
        if not name and code.is_plain and code.name not in in_text:
            name = code.name
        while not name:
            number += 1
            name = f"{code.name}{number}"
            if name in taken:
                name = ""
        names[at] = name
        yield code.kind.value.format(name)
