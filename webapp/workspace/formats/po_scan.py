"""A gettext catalogue taken apart, each piece with its position.

polib and gettext's own tools write a file anew; here every line that is not a changed
translation stays, so the places of all pieces have to be known.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from webapp.workspace.formats.po_text import po_unescape
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.text_source import TextSource

_LINE = re.compile(r"[^\n]*(?:\n|\Z)")
_STRING = r'"(?:[^"\\\n]|\\.)*"'
_FIELD = re.compile(
    r"\s*(?:(?P<keyword>msgctxt|msgid_plural|msgid|msgstr)"
    r"(?:\s*\[\s*(?P<index>\d{1,2})\s*\])?\s*)?"
    rf"(?P<strings>(?:{_STRING}\s*)*)"
)
_CONTENT = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_BEFORE = {
    "msgctxt": ("",),
    "msgid": ("", "msgctxt"),
    "msgid_plural": ("msgid",),
    "msgstr": ("msgid", "msgid_plural", "msgstr"),
}


@dataclass(slots=True)
class PoField:
    """`msgstr[1] "text"`: from the keyword to the end of the last string."""

    keyword: str
    index: int | None
    start: int
    value_start: int
    end: int
    text: str = ""
    has_value: bool = False

    @property
    def label(self) -> str:
        return self.keyword if self.index is None else f"{self.keyword}[{self.index}]"


@dataclass(frozen=True, slots=True)
class PoComment:
    """One line. `kind` is the character after the hash, or a space."""

    kind: str
    text: str
    start: int
    end: int  # after the line's end


@dataclass(slots=True)
class PoEntry:
    comments: list[PoComment] = field(default_factory=list)
    fields: list[PoField] = field(default_factory=list)

    def text(self, keyword: str) -> str | None:
        found = (one.text for one in self.fields if one.keyword == keyword)
        return next(found, None)

    @property
    def msgid(self) -> PoField:
        return next(one for one in self.fields if one.keyword == "msgid")

    @property
    def msgstrs(self) -> list[PoField]:
        return [one for one in self.fields if one.keyword == "msgstr"]

    @property
    def is_plural(self) -> bool:
        return any(one.keyword == "msgid_plural" for one in self.fields)

    @property
    def is_header(self) -> bool:
        return self.msgid.text == "" and self.text("msgctxt") is None

    def comments_of(self, kind: str) -> list[str]:
        return [one.text for one in self.comments if one.kind == kind]

    @property
    def flags(self) -> list[str]:
        lines = ",".join(self.comments_of(","))
        return [flag.strip() for flag in lines.split(",") if flag.strip()]


def po_entries(source: TextSource) -> list[PoEntry]:
    """All entries that are in use. Obsolete ones (`#~`) are passed over."""
    entries = [entry for entry in _Scanner(source).entries() if entry.fields]
    for entry in entries:
        _check_shape(source, entry)
    _check_unique(source, entries)
    return entries


class _Scanner:
    def __init__(self, source: TextSource) -> None:
        self._source = source
        self._entry = PoEntry()

    def entries(self) -> Iterator[PoEntry]:
        for match in _LINE.finditer(self._source.text):
            stripped = match[0].strip()
            if stripped.startswith("#"):
                yield from self._comment(match, stripped)
            elif stripped:
                yield from self._field(match)
        yield self._entry

    def _comment(self, match: re.Match[str], stripped: str) -> Iterator[PoEntry]:
        if self._entry.msgstrs or (self._entry.fields and stripped[1:2] == "~"):
            yield self._entry
            self._entry = PoEntry()
        kind = stripped[1:2] or " "
        if kind == "~":
            self._entry.comments.clear()  # those above belong to the obsolete entry
            return
        text = stripped[2:].strip() if kind in ".:,| " else stripped[1:].strip()
        kind = kind if kind in ".:,|" else " "
        self._entry.comments.append(PoComment(kind, text, *match.span()))

    def _field(self, match: re.Match[str]) -> Iterator[PoEntry]:
        found = _FIELD.match(self._source.text, *match.span())
        assert found is not None  # all its parts may be missing
        rest = self._source.text[found.end() : match.end()].strip()
        if rest or not found[0].strip():
            raise self._syntax_error(found, rest, is_last=_is_last(match))
        keyword = found["keyword"]
        if keyword:
            if keyword in ("msgctxt", "msgid") and self._entry.msgstrs:
                yield self._entry
                self._entry = PoEntry()
            self._start_field(keyword, found)
        elif not self._entry.fields:
            raise self._source.error(
                Problem.SYNTAX, found.start(), expected="msgid", found=found[0].strip()
            )
        self._add_strings(found)

    def _start_field(self, keyword: str, found: re.Match[str]) -> None:
        before = self._entry.fields[-1].keyword if self._entry.fields else ""
        position = found.start("keyword")
        if before not in _BEFORE[keyword]:
            expected = next((one for one in reversed(_BEFORE[keyword]) if one), "msgid")
            expected = "msgstr" if before.startswith("msgid") else expected
            raise self._source.error(
                Problem.SYNTAX, position, expected=expected, found=keyword
            )
        index = int(found["index"]) if found["index"] else None
        start = found.start("strings")
        self._entry.fields.append(PoField(keyword, index, position, start, start))

    def _add_strings(self, found: re.Match[str]) -> None:
        into = self._entry.fields[-1]
        for content in _CONTENT.finditer(found["strings"]):
            into.text += po_unescape(content[1])
            into.has_value = True
            into.end = found.start("strings") + content.end()

    def _syntax_error(
        self, found: re.Match[str], rest: str, *, is_last: bool
    ) -> FormatError:
        position = found.end()
        if not rest.startswith('"'):
            return self._source.error(
                Problem.SYNTAX, position, expected="msgid", found=rest[:40]
            )
        if not is_last:  # a string is opened, and not closed on its line
            return self._source.error(
                Problem.SYNTAX, position, expected='"', found=rest[:40]
            )
        labels = [one.label for one in self._entry.fields[-1:]]
        element = found["keyword"] or "".join(labels) or '"'
        return self._source.error(Problem.TRUNCATED, position, element=element)


def _is_last(match: re.Match[str]) -> bool:
    return match.end() == len(match.string)


def _check_shape(source: TextSource, entry: PoEntry) -> None:
    last = entry.fields[-1]
    if not entry.msgstrs:
        raise source.error(Problem.TRUNCATED, last.start, element=last.label)
    for one in entry.fields:
        if not one.has_value:
            raise source.error(
                Problem.SYNTAX, one.start, expected='"', element=one.label
            )
    indexes = [one.index for one in entry.msgstrs]
    expected = list(range(len(indexes))) if entry.is_plural else [None]
    for one, index in zip(entry.msgstrs, [*expected, "msgid"], strict=False):
        if one.index != index:
            label = "msgstr" if index is None else f"msgstr[{index}]"
            label = "msgid" if index == "msgid" else label
            raise source.error(
                Problem.SYNTAX, one.start, expected=label, found=one.label
            )


def _check_unique(source: TextSource, entries: list[PoEntry]) -> None:
    first_lines: dict[tuple[str | None, str], int] = {}
    for entry in entries:
        identity = (entry.text("msgctxt"), entry.msgid.text)
        line = source.line_of(entry.msgid.start)
        if identity in first_lines:
            first = first_lines[identity]
            element = entry.msgid.text[:80]
            raise FormatError(
                Problem.DUPLICATE, line=line, first_line=first, element=element
            )
        first_lines[identity] = line
