"""Fluent: .ftl."""

import re
from collections.abc import Iterator, Mapping

from fluent.syntax import FluentParser, ast

from webapp.workspace.formats.changes import changed_units
from webapp.workspace.formats.fluent_places import (
    FluentEntry,
    FluentPlace,
    FluentReader,
    variants_to_drop,
)
from webapp.workspace.formats.fluent_text import fluent_check, fluent_raw, span_of
from webapp.workspace.formats.format import Format
from webapp.workspace.formats.limits import DEFAULT_LIMITS, Limits
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.text_source import Edit, TextSource, decode, splice
from webapp.workspace.formats.unit import ParsedFile, Translation

_MAX_DEPTH = 30  # braces in braces: the parser is recursive
_BRACE_OR_ENTRY = re.compile(r"[{}]|^[^\s{}]", re.MULTILINE)
_INDENT = re.compile(r"[ ]*")


def read(
    data: bytes,
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
) -> ParsedFile:
    source = decode(data, limits=limits)
    entries = _entries(source, target_language)
    units = [place.unit for entry in entries for place in entry.places]
    return ParsedFile(format=FORMAT.name, units=limits.check_units(units))


def write(
    original: bytes,
    translations: Mapping[str, Translation],
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
) -> bytes:
    """A translated plural gets the forms of the target language, and no others."""
    source = decode(original, limits=limits)
    entries = list(_entries(source, target_language))
    places = {place.unit.key: place for entry in entries for place in entry.places}
    texts = {
        unit.key: translation.text
        for unit, translation in changed_units(
            [place.unit for place in places.values()],
            translations,
            is_bilingual=False,
            check=lambda unit, text: fluent_check(
                text, [code.shown for code in places[unit.key].codes], key=unit.key
            ),
        )
    }
    if not texts:
        return original
    return source.edited(
        edit
        for entry in entries
        for edit in _entry_edits(source, entry, texts, target_language)
    )


def _entries(source: TextSource, target_language: str) -> Iterator[FluentEntry]:
    _check_depth(source)
    reader = FluentReader(source, target_language)
    lines: dict[str, int] = {}
    for entry in FluentParser(with_spans=True).parse(source.text).body:
        if isinstance(entry, ast.Junk):
            raise _syntax_error(source, entry)
        if isinstance(entry, ast.Message | ast.Term):
            _check_unique(source, entry, lines)
            yield reader.entry(entry)


def _check_depth(source: TextSource) -> None:
    depth = 0
    for found in _BRACE_OR_ENTRY.finditer(source.text):
        depth = {"{": depth + 1, "}": depth - 1}.get(found[0], 0)
        if depth > _MAX_DEPTH:
            raise source.error(Problem.TOO_DEEP, found.start(), limit=_MAX_DEPTH)


def _check_unique(
    source: TextSource, entry: ast.Message | ast.Term, lines: dict[str, int]
) -> None:
    name = f"-{entry.id.name}" if isinstance(entry, ast.Term) else entry.id.name
    line = source.line_of(span_of(entry.id)[0])
    if name in lines:
        raise FormatError(
            Problem.DUPLICATE, line=line, first_line=lines[name], element=name
        )
    lines[name] = line


def _syntax_error(source: TextSource, junk: ast.Junk) -> FormatError:
    annotation = junk.annotations[0]
    position = min(span_of(annotation)[0], len(source.text))
    if position >= len(source.text.rstrip()):
        element = (junk.content or "").split("=")[0].strip()[:40]
        return source.error(Problem.TRUNCATED, span_of(junk)[0], element=element)
    tokens = [str(one).strip('"') for one in annotation.arguments or []]
    found = source.text[position : position + 20].split("\n")[0].strip()
    return source.error(
        Problem.SYNTAX, position, expected=tokens[0] if tokens else "", found=found
    )


# Writing.


def _entry_edits(
    source: TextSource,
    entry: FluentEntry,
    texts: Mapping[str, str],
    target_language: str,
) -> list[Edit]:
    """Inner patterns first: where an outer one is written anew, what is changed within
    its placeables goes with it."""
    changed = [place for place in entry.places if place.unit.key in texts]
    edits = list(_removals(source, entry, changed, target_language))
    for place in sorted(changed, key=lambda one: one.end - one.start):
        text = texts[place.unit.key]
        if place.new_below is not None:
            edits.append(_new_variant(source, place, text))
        else:
            edits = _pattern_edits(source, place, text, edits)
    return edits


def _pattern_edits(
    source: TextSource, place: FluentPlace, text: str, edits: list[Edit]
) -> list[Edit]:
    inside = [edit for edit in edits if place.start <= edit.start < place.end]
    codes = []
    for code in place.codes:
        own = [
            Edit(edit.start - code.start, edit.end - code.start, edit.text)
            for edit in inside
            if code.start <= edit.start < code.end
        ]
        codes.append((code.shown, splice(source.text[code.start : code.end], own)))
    start = _line_start(source, place.start)
    raw = fluent_raw(
        text,
        codes,
        key=place.unit.key,
        indent=source.newline + _indent(source, place.start),
        block=start == place.start,
    )
    outside = [edit for edit in edits if edit not in inside]
    return [*outside, Edit(place.start, place.end, raw)]


def _new_variant(source: TextSource, place: FluentPlace, text: str) -> Edit:
    assert place.new_below is not None
    assert place.unit.plural is not None
    start, end = span_of(place.new_below)
    line = _line_start(source, start)
    margin = source.text[line:start] if not source.text[line:start].strip() else "    "
    margin += " " if place.new_below.default else ""  # in line with its bracket
    codes = [(code.shown, source.text[code.start : code.end]) for code in place.codes]
    raw = fluent_raw(
        text,
        codes,
        key=place.unit.key,
        indent=f"{source.newline}{margin}    ",
        block=False,
    )
    category = place.unit.plural.category
    return Edit(end, end, f"{source.newline}{margin}[{category}] {raw}")


def _removals(
    source: TextSource,
    entry: FluentEntry,
    changed: list[FluentPlace],
    target_language: str,
) -> Iterator[Edit]:
    groups = {place.unit.plural.group for place in changed if place.unit.plural}
    for group in groups:
        for variant in variants_to_drop(entry.choices[group], target_language):
            start, end = span_of(variant)
            while source.text[start - 1].isspace():
                start -= 1
            yield Edit(start, end, "")


def _line_start(source: TextSource, position: int) -> int:
    return source.text.rfind("\n", 0, position) + 1


def _indent(source: TextSource, position: int) -> str:
    """Of a pattern's further lines: a block's own, else deeper than what it is in."""
    start = _line_start(source, position)
    found = _INDENT.match(source.text, start)
    assert found is not None
    return found[0] if start == position and found[0] else f"{found[0]}    "


def _looks_right(beginning: str) -> bool:
    lines = [line for line in beginning.splitlines() if line.strip()]
    content = [line for line in lines if not line.startswith("#")]
    return not content or bool(re.match(r"-?[a-zA-Z][\w-]*\s*=", content[0]))


FORMAT = Format(
    name="fluent",
    extensions=(".ftl",),
    read=read,
    write=write,
    looks_right=_looks_right,
)
