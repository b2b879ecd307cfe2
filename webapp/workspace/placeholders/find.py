"""Find what must come through a translation unchanged.

>>> [(each.kind.value, each.text) for each in placeholders_find("<b>%d</b> of {all}")]
[('tag', '<b>'), ('printf', '%d'), ('tag', '</b>'), ('brace', '{all}')]
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from webapp.workspace.placeholders.icu import IcuError, icu_parse, is_icu
from webapp.workspace.placeholders.kinds import Kind, Placeholder
from webapp.workspace.placeholders.patterns import (
    EMPHASIS,
    KINDS,
    PLACEHOLDER,
    URL_TAIL,
)

_SIGNS = frozenset("%{$<&`[［【@:*~_")  # without any of these there is no placeholder
# Elements without an end tag, of HTML and XLIFF.
_VOID = frozenset(
    (
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"),
        *("source", "track", "wbr", "x", "bx", "ex", "ph"),
    )
)


def placeholders_find(text: str, codes: Iterable[str] = ()) -> list[Placeholder]:
    """In order, none over another. codes: pieces that the format says are markup."""
    if not codes and _SIGNS.isdisjoint(text):
        return []
    pieces = list(_icu(text)) if is_icu(text) else []
    pieces += [each for each in _codes(text, codes) if not _is_over(each, pieces)]
    found = [*pieces, *_simple(text, pieces)]
    found = _with_brackets(text, found)
    found += [each for each in _emphasis(text) if not _is_over(each, found)]
    found.sort(key=lambda each: each.start)
    return _with_partners(found)


def placeholders_same(source: str, target: str, codes: Iterable[str] = ()) -> bool:
    """Has the target each placeholder of the source, as often, and no other?

    >>> placeholders_same("%s of %d", "%d: %s"), placeholders_same("%s", "%s %s")
    (True, False)
    """
    codes = tuple(codes)
    found, expected = placeholders_find(target, codes), placeholders_find(source, codes)
    return sorted(each.text for each in found) == sorted(each.text for each in expected)


def _icu(text: str) -> Iterator[Placeholder]:
    """Nothing where the message is broken: its checks say so."""
    try:
        message = icu_parse(text)
    except IcuError:
        return
    for start, end in message.pieces:
        yield Placeholder(Kind.ICU, start, end, text[start:end], chain=0)


def _codes(text: str, codes: Iterable[str]) -> Iterator[Placeholder]:
    """The longest first: one may begin as another does."""
    names = sorted({code for code in codes if code}, key=len, reverse=True)
    if names:
        for match in re.finditer("|".join(map(re.escape, names)), text):
            kind = Kind.TAG if match[0].startswith("<") else Kind.CODE
            yield Placeholder(kind, *match.span(), match[0])


def _simple(text: str, taken: list[Placeholder]) -> Iterator[Placeholder]:
    """Beside those; what is over one of them may hold another one that is not."""
    at = 0
    while match := PLACEHOLDER.search(text, at):
        name = next(
            name for name, part in match.groupdict().items() if part and name in KINDS
        )
        kind = KINDS[name]
        words = match[0]
        if kind is Kind.URL:
            words = URL_TAIL.sub("", words)
        found = Placeholder(kind, match.start(), match.start() + len(words), words)
        if _is_over(found, taken):
            at = found.start + 1
        else:
            at = found.end
            yield found


def _with_brackets(text: str, found: list[Placeholder]) -> list[Placeholder]:
    """Each "](address)" gets the "[" before it; without one it is no link."""
    brackets: list[Placeholder] = []
    strays: list[Placeholder] = []
    for link in found:
        if link.kind is Kind.LINK:
            bracket = _bracket(text, link.start, [*found, *brackets])
            if bracket is None:
                strays.append(link)
            else:
                brackets.append(bracket)
    return [*(each for each in found if each not in strays), *brackets]


def _bracket(text: str, end: int, taken: list[Placeholder]) -> Placeholder | None:
    while (start := text.rfind("[", 0, end)) >= 0:
        begin = start - (text[start - 1 : start] == "!")  # of a picture
        bracket = Placeholder(Kind.LINK, begin, start + 1, text[begin : start + 1])
        if not _is_over(bracket, taken):
            return bracket
        end = start
    return None


def _emphasis(text: str) -> Iterator[Placeholder]:
    """Stars around words."""
    if not ("**" in text or "~~" in text or "__" in text):
        return
    for match in EMPHASIS.finditer(text):
        mark, (start, end) = match["mark"], match.span()
        yield Placeholder(Kind.EMPHASIS, start, start + len(mark), mark)
        yield Placeholder(Kind.EMPHASIS, end - len(mark), end, mark)


def _is_over(found: Placeholder, others: list[Placeholder]) -> bool:
    return any(found.start < each.end and each.start < found.end for each in others)


def _with_partners(found: list[Placeholder]) -> list[Placeholder]:
    """Each closing tag with the nearest one open of its name; the rest stay alone."""
    open_ones: list[tuple[str, int]] = []
    partners: dict[int, int] = {}
    for number, each in enumerate(found):
        role, name = _role(each, open_ones)
        if role == "open":
            open_ones.append((name, number))
        elif role == "close":
            depth = next(
                (d for d in reversed(range(len(open_ones))) if open_ones[d][0] == name),
                None,
            )
            if depth is not None:
                opening = open_ones[depth][1]
                del open_ones[depth:]
                partners[opening], partners[number] = number, opening
    return [
        replace(each, partner=partners.get(number)) for number, each in enumerate(found)
    ]


def _role(found: Placeholder, open_ones: list[tuple[str, int]]) -> tuple[str, str]:
    if found.kind is Kind.TAG:
        return tag_role(found.text)
    if found.kind is Kind.LINK:
        return ("close" if found.text.startswith("]") else "open"), "]("
    if found.kind is Kind.EMPHASIS:
        is_open = any(name == found.text for name, _ in open_ones)
        return ("close" if is_open else "open"), found.text
    return "alone", ""


def tag_role(tag: str) -> tuple[str, str]:
    """Does it open, close or stand alone, and its name.

    >>> tag_role("</b>"), tag_role("<br>"), tag_role('<a href="x">')
    (('close', 'b'), ('alone', 'br'), ('open', 'a'))
    """
    if tag.startswith("<!--"):
        return "alone", ""
    name = tag.strip("</>").split(None, 1)[0].rstrip("/")
    if tag.startswith("</"):
        return "close", name
    return ("alone" if tag.endswith("/>") or name.lower() in _VOID else "open"), name
