"""Apple's .strings."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from webapp.workspace.formats.changes import changed_units
from webapp.workspace.formats.escapes import join_halves
from webapp.workspace.formats.format import Format
from webapp.workspace.formats.hints import placeholder_hint
from webapp.workspace.formats.keys import KeyCounter
from webapp.workspace.formats.limits import DEFAULT_LIMITS, Limits
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.text_source import (
    Edit,
    TextSource,
    decode,
    guess_encoding,
)
from webapp.workspace.formats.unit import ParsedFile, Translation, Unit

_STRING = r'"(?:[^"\\]|\\.)*"'
_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<comment>/\*.*?\*/|//[^\r\n]*)"
    rf"|(?P<string>{_STRING})"
    r"|(?P<word>(?:[\w.$:-]|/(?![/*]))+)"
    r"|(?P<sign>[=;])",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:[uU]([0-9a-fA-F]{4})|([0-7]{3})|(.))", re.DOTALL)
_NAMED = {
    "n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v",
}  # fmt: skip
_ESCAPES = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
)
_STEPS = ("key", "=", "value", ";")


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
    source = decode(data, limits=limits, declared=guess_encoding(data))
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
    source = decode(original, limits=limits, declared=guess_encoding(original))
    by_key = {place.unit.key: place for place in _places(source, KeyCounter())}
    units = [place.unit for place in by_key.values()]
    edits = [
        Edit(by_key[unit.key].start, by_key[unit.key].end, _quoted(translation.text))
        for unit, translation in changed_units(units, translations, is_bilingual=False)
    ]
    return source.edited(edits) if edits else original


def _places(source: TextSource, counter: KeyCounter) -> Iterator[_Place]:
    """`key = value;` again and again. A key alone stands for itself."""
    comments: list[str] = []
    statement: list[re.Match[str]] = []
    for token in _tokens(source):
        if token.lastgroup == "comment":
            comments.append(token[0].strip("/* \t\r\n").replace("\r\n", "\n"))
            continue
        statement.append(token)
        _check_step(source, statement)
        if token[0] == ";":
            if len(statement) == len(_STEPS) and _text(statement[2]):
                yield _place(source, statement, counter, "\n".join(comments))
            statement, comments = [], []
    if statement:
        raise source.error(
            Problem.TRUNCATED, statement[0].start(), element=_text(statement[0])
        )


def _check_step(source: TextSource, statement: list[re.Match[str]]) -> None:
    token = statement[-1]
    if token[0] == ";" and len(statement) == 2:
        return
    expected = _STEPS[len(statement) - 1]
    if expected in "=;":
        is_right = token[0] == expected
    else:
        is_right = token.lastgroup in ("string", "word")
    if not is_right:
        expected = expected if expected in "=;" else '"'
        raise source.error(
            Problem.SYNTAX, token.start(), expected=expected, found=token[0][:40]
        )


def _tokens(source: TextSource) -> Iterator[re.Match[str]]:
    position = 0
    while position < len(source.text):
        token = _TOKEN.match(source.text, position)
        if token is None:
            raise _bad_token(source, position)
        position = token.end()
        if token.lastgroup != "space":
            yield token


def _bad_token(source: TextSource, position: int) -> FormatError:
    rest = source.text[position : position + 40]
    if rest.startswith(('"', "/*")):  # opened, and never closed
        return source.error(Problem.TRUNCATED, position, element=rest[:2].strip())
    return source.error(Problem.SYNTAX, position, expected='"', found=rest[:10])


def _place(
    source: TextSource, statement: list[re.Match[str]], counter: KeyCounter, note: str
) -> _Place:
    name, text = _text(statement[0]), _text(statement[2])
    line = source.line_of(statement[0].start())
    unit = Unit(
        key=counter.key(name, line=line),
        source=text,
        context=name,
        note=note,
        line=line,
        placeholders=placeholder_hint(text),
    )
    return _Place(unit, *statement[2].span())


def _text(token: re.Match[str]) -> str:
    if token.lastgroup != "string":
        return token[0]
    text = token[0][1:-1].replace("\r\n", "\n")
    return join_halves(_ESCAPE.sub(_unescaped, text))


def _unescaped(match: re.Match[str]) -> str:
    code, octal, char = match.groups()
    if code:
        return chr(int(code, 16))
    return chr(int(octal, 8)) if octal else _NAMED.get(char, char)


def _quoted(text: str) -> str:
    return f'"{text.translate(_ESCAPES)}"'


def _looks_right(beginning: str) -> bool:
    text = re.sub(r"/\*.*?(\*/|\Z)|//[^\r\n]*", "", beginning, flags=re.DOTALL).strip()
    return not text or bool(
        re.match(rf"({_STRING}|[\w.$:/-]+)\s*[=;]", text, re.DOTALL)
    )


FORMAT = Format(
    name="strings",
    extensions=(".strings",),
    read=read,
    write=write,
    looks_right=_looks_right,
)
