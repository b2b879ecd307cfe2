"""What in a line of Markdown is markup: code, links, tags, emphasis.

The pieces that carry something (code, where a link leads) are those of the source, and
no others. Emphasis is shown as markup too, but whoever translates may set it otherwise.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

_MARKUP = re.compile(
    r"""
      (?P<escape>\\[!-/:-@\[-`{-~])
    | (?P<code>(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))
    | (?P<tag><[A-Za-z/!?][^<>]*>)
    | (?P<math>\$(?=[^\s$])[^$\n]*(?<=[^\s\\])\$(?!\d))
    | (?P<note>\[\^[^\[\]\s]+\])
    | (?P<target>\]\(\s*+
        (?:<[^<>\n]*>|[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)
        (?:\s++(?P<title>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\((?:\\.|[^()\\])*\)))?
        \s*+\))
    | (?P<reference>\]\[[^\[\]]+\])
    | (?P<collapsed>\]\[\])
    | (?P<opener>!?\[)
    | (?P<closer>\])
    | (?P<entity>&(?:[A-Za-z][A-Za-z0-9]*|\#\d+|\#[xX][0-9A-Fa-f]+);)
    | (?P<emphasis>\*+|_+|~~)
    """,
    re.VERBOSE | re.DOTALL,
)
_ALWAYS_KEPT = {"code", "tag", "math", "note"}
_AT_WILL = {"escape", "entity"}


@dataclass(frozen=True, slots=True, order=True)
class Markup:
    """A piece of a text. Kept: a translation has it no more often than the source."""

    start: int
    end: int
    is_kept: bool


def markup_find(text: str, labels: Collection[str]) -> list[Markup]:
    """The markup of `text`, in order. `labels` are the names of link definitions, for
    `[name]` alone is a link where there is one.

    Whoever looks for the pieces one after another finds them where they are: text that
    is the same as a piece that follows counts as markup, too.
    """
    found = sorted(_Scanner(text, labels).markup())
    return list(_unambiguous(text, found))


def markup_kept(text: str, labels: Collection[str]) -> list[str]:
    """The pieces of which a translation has no others."""
    found = _Scanner(text, labels).markup()
    return [text[one.start : one.end] for one in found if one.is_kept]


def label_normal(label: str) -> str:
    """Names of link definitions are the same whatever their case and white space."""
    return " ".join(label.split()).lower().upper()


class _Scanner:
    def __init__(self, text: str, labels: Collection[str]) -> None:
        self._text = text
        self._labels = labels
        self._found: list[Markup] = []
        self._openers: list[Markup] = []

    def markup(self) -> list[Markup]:
        for match in _MARKUP.finditer(self._text):
            kind = str(match.lastgroup)
            kind = "code" if kind == "ticks" else "target" if kind == "title" else kind
            self._take(kind, match)
        return self._found

    def _take(self, kind: str, match: re.Match[str]) -> None:
        start, end = match.span()
        if kind in _ALWAYS_KEPT or kind in _AT_WILL:
            self._found.append(Markup(start, end, kind in _ALWAYS_KEPT))
        elif kind == "emphasis":
            if _is_emphasis(self._text, start, end):
                self._found.append(Markup(start, end, is_kept=False))
        elif kind == "opener":
            self._openers.append(Markup(start, end, is_kept=True))
        elif self._openers:
            self._close(kind, match, self._openers.pop())

    def _close(self, kind: str, match: re.Match[str], opener: Markup) -> None:
        if kind in ("collapsed", "closer"):
            # What is shown is also what leads: translated, it would lead nowhere.
            label = label_normal(self._text[opener.end : match.start()])
            if label in self._labels:
                inside = (one for one in self._found if one.start < opener.start)
                self._found = [*inside, Markup(opener.start, match.end(), is_kept=True)]
            return
        self._found += [opener, *_target(match)]


def _target(match: re.Match[str]) -> Iterator[Markup]:
    """From `](` to `)`, but for the words of the title."""
    start, end = match.span()
    title = match.span("title")
    if title[1] - title[0] <= 2:
        yield Markup(start, end, is_kept=True)
        return
    yield Markup(start, title[0] + 1, is_kept=True)
    yield Markup(title[1] - 1, end, is_kept=True)


def _unambiguous(text: str, found: list[Markup]) -> Iterator[Markup]:
    position = 0
    for one in found:
        piece = text[one.start : one.end]
        while position <= one.start:
            at = text.find(piece, position)  # at its own place at the latest
            position = at + len(piece)
            is_kept = one.is_kept and at == one.start
            yield Markup(at, position, is_kept)


def _is_emphasis(text: str, start: int, end: int) -> bool:
    """Whether a run of * or _ can open or close, by what stands on both sides."""
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    opens = not after.isspace() and (
        not _is_punctuation(after) or before.isspace() or _is_punctuation(before)
    )
    closes = not before.isspace() and (
        not _is_punctuation(before) or after.isspace() or _is_punctuation(after)
    )
    if text[start] == "_":
        return opens != closes or (
            opens and (_is_punctuation(before) or _is_punctuation(after))
        )
    return opens or closes


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"
