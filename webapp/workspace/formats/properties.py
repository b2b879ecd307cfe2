"""Java's .properties."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from webapp.workspace.formats.changes import changed_units
from webapp.workspace.formats.escapes import escape_16_bits, join_halves
from webapp.workspace.formats.format import Format
from webapp.workspace.formats.hints import placeholder_hint
from webapp.workspace.formats.keys import KeyCounter
from webapp.workspace.formats.limits import DEFAULT_LIMITS, Limits
from webapp.workspace.formats.problem import Problem
from webapp.workspace.formats.text_source import Edit, TextSource, decode
from webapp.workspace.formats.unit import ParsedFile, Translation, Unit

_GOES_ON = r"\\(?:\r\n|\n|\r)[ \t\f]*"  # a line's end that is none
_ENTRY = re.compile(
    r"[ \t\f]*(?:"
    r"(?P<comment>[#!][^\r\n]*)"
    rf"|(?P<key>(?:{_GOES_ON}|\\.|[^\\:=\s])*)(?:[ \t\f]|{_GOES_ON})*"
    rf"(?:[:=](?:[ \t\f]|{_GOES_ON})*)?(?P<value>(?:\\(?:\r\n|.)|[^\\\r\n])*)\\?"
    r")(?:\r\n|\n|\r|\Z)",
    re.DOTALL,
)
_ESCAPE = re.compile(rf"{_GOES_ON}|\\u(?P<code>.{{0,4}})|\\(?P<char>.)", re.DOTALL)
_HEX = re.compile(r"[0-9a-fA-F]{4}")
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "f": "\f"}
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\f": "\\f"}


@dataclass(frozen=True, slots=True)
class _Place:
    unit: Unit
    start: int
    end: int


def read(
    data: bytes,
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
) -> ParsedFile:
    source = _source(data, limits)
    counter = KeyCounter()
    units = [place.unit for place in _places(source, counter)]
    return ParsedFile(
        format=FORMAT.name,
        units=limits.check_units(units),
        encoding=source.encoding,
        warnings=tuple(counter.warnings),
    )


def write(
    original: bytes,
    translations: Mapping[str, Translation],
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
) -> bytes:
    """Letters are escaped unless the file has some in UTF-8 already: whatever reads
    it, escapes are understood."""
    source = _source(original, limits)
    by_key = {place.unit.key: place for place in _places(source, KeyCounter())}
    units = [place.unit for place in by_key.values()]
    to_ascii = source.encoding != "utf-8" or (source.text.isascii() and not source.mark)
    edits = []
    for unit, translation in changed_units(units, translations, is_bilingual=False):
        place = by_key[unit.key]
        value = _escaped(translation.text, to_ascii=to_ascii)
        edits.append(Edit(place.start, place.end, value))
    return source.edited(edits) if edits else original


def _source(data: bytes, limits: Limits) -> TextSource:
    """UTF-8 since Java 9, and ISO 8859-1 before. Bytes that are not the one are the
    other, unless most of them are the one: then the file is damaged."""
    limits.check_size(data)
    text = data.decode("utf-8", "replace")
    num_bad = text.count("\ufffd")
    num_letters = sum(not char.isascii() for char in text) - num_bad
    is_latin = num_bad > num_letters
    return decode(data, limits=limits, declared="iso-8859-1" if is_latin else "")


def _places(source: TextSource, counter: KeyCounter) -> Iterator[_Place]:
    comments: list[str] = []
    position = 0
    while position < len(source.text):
        found = _ENTRY.match(source.text, position)
        assert found is not None  # all its parts may be empty
        position = found.end()
        if found["comment"]:
            comments.append(found["comment"].lstrip("#! \t").rstrip())
            continue
        if found["value"]:
            yield _place(source, found, counter, "\n".join(comments).strip())
        comments.clear()


def _place(
    source: TextSource, found: re.Match[str], counter: KeyCounter, note: str
) -> _Place:
    start, end = found.span("value")
    name = _meaning(source, *found.span("key"))
    text = _meaning(source, start, end)
    line = source.line_of(found.start("key"))
    unit = Unit(
        key=counter.key(name, line=line),
        source=text,
        context=name,
        note=note,
        line=line,
        placeholders=placeholder_hint(text),
    )
    return _Place(unit, start, end)


def _meaning(source: TextSource, start: int, end: int) -> str:
    def unescaped(match: re.Match[str]) -> str:
        code, char = match["code"], match["char"]
        if code is None:
            return _NAMED.get(char, char) if char else ""
        if not _HEX.fullmatch(code):
            found = match[0].split("\n")[0]
            raise source.error(
                Problem.SYNTAX, start + match.start(), expected="\\uXXXX", found=found
            )
        return chr(int(code, 16))

    return join_halves(_ESCAPE.sub(unescaped, source.text[start:end]))


def _escaped(text: str, *, to_ascii: bool) -> str:
    value = "".join(_escaped_char(char, to_ascii=to_ascii) for char in text)
    return f"\\{value}" if value.startswith(" ") else value


def _escaped_char(char: str, *, to_ascii: bool) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if ord(char) < 0x20 or (to_ascii and not char.isascii()):
        return escape_16_bits(char)
    return char


def _looks_right(beginning: str) -> bool:
    """Any text would do; only what is clearly something else is not."""
    lines = [line.strip() for line in beginning.splitlines()]
    content = [line for line in lines if line and line[0] not in "#!"]
    return not content or (
        content[0][0] not in "<{[" and any(re.search("[=:]", one) for one in content)
    )


FORMAT = Format(
    name="properties",
    extensions=(".properties",),
    read=read,
    write=write,
    looks_right=_looks_right,
)
