"""JSON catalogues: nested objects and lists of strings, i18next's plurals."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from webapp.workspace.formats.changes import changed_units
from webapp.workspace.formats.format import Format
from webapp.workspace.formats.hints import placeholder_hint
from webapp.workspace.formats.json_scan import JsonString, json_strings
from webapp.workspace.formats.limits import DEFAULT_LIMITS, Limits
from webapp.workspace.formats.plural_units import wanted_forms
from webapp.workspace.formats.plurals import CATEGORIES, plural_categories
from webapp.workspace.formats.text_source import Edit, TextSource, decode
from webapp.workspace.formats.unit import (
    ParsedFile,
    PluralForm,
    Translation,
    Unit,
    unit_key,
)

# Ordinals (`_ordinal_few`) have forms of their own, which no list here knows.
_SUFFIX = re.compile(rf"(.+_)(?<!_ordinal_)({'|'.join(CATEGORIES)})$", re.DOTALL)
_NEXT_MEMBER = re.compile(r"\s*,\s*")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a unit's text is. A form that the file has not yet goes below `anchor`."""

    unit: Unit
    anchor: JsonString
    new_name: str = ""


def read(
    data: bytes,
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
) -> ParsedFile:
    source = decode(data, limits=limits)
    strings = json_strings(source, limits=limits)
    places = _places(source, strings, source_language, target_language)
    units = [place.unit for place in places]
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
    strings = json_strings(source, limits=limits)
    places = list(_places(source, strings, source_language, target_language))
    by_key = {place.unit.key: place for place in places}
    units = [place.unit for place in places]
    to_ascii = source.text.isascii() and "\\u" in source.text
    edits = []
    groups = set()
    for unit, translation in changed_units(units, translations, is_bilingual=False):
        place = by_key[unit.key]
        edits.append(_edit(source, place, translation.text, to_ascii=to_ascii))
        groups.add(unit.plural.group if unit.plural else "")
    for stem, group in _groups(strings, source_language).items():
        if unit_key(*stem) in groups:
            edits += _removals(source, group, target_language)
    return source.edited(edits) if edits else original


def _places(
    source: TextSource,
    strings: list[JsonString],
    source_language: str,
    target_language: str,
) -> Iterator[_Place]:
    """In the file's order; the forms of a plural where its first one is."""
    groups = _groups(strings, source_language)
    for string in strings:
        group = groups.get(_stem(string))
        if group is None:
            if string.text:
                yield _Place(_unit(source, string, string.path), string)
        elif string is next(iter(group.values())):
            yield from _forms(source, group, target_language)


def _groups(
    strings: list[JsonString], source_language: str
) -> dict[tuple[str, ...], dict[str, JsonString]]:
    """The plural messages by path without suffix, and their forms by category. A name
    that only ends so is none: `_other` has to be there, and what else the language
    has."""
    groups: dict[tuple[str, ...], dict[str, JsonString]] = {}
    for string in strings:
        if stem := _stem(string):
            groups.setdefault(stem, {})[_category(string)] = string
    needs_more = len(plural_categories(source_language)) > 1
    return {
        stem: forms
        for stem, forms in groups.items()
        if "other" in forms and (len(forms) > 1 or not needs_more)
    }


def _stem(string: JsonString) -> tuple[str, ...]:
    """The path without its plural suffix; empty if it has none."""
    found = _SUFFIX.match(string.path[-1]) if string.is_member else None
    return (*string.path[:-1], found[1]) if found else ()


def _category(string: JsonString) -> str:
    return string.path[-1].rpartition("_")[2]


def _forms(
    source: TextSource, group: dict[str, JsonString], target_language: str
) -> Iterator[_Place]:
    last = max(group.values(), key=lambda string: string.start)
    stem = _stem(last)
    for form in wanted_forms(unit_key(*stem), group, target_language):
        string = group.get(form.category) or group["other"]
        name = f"{stem[-1]}{form.category}"
        unit = _unit(source, string, (*stem[:-1], name), form)
        is_new = form.category not in group
        yield _Place(unit, last if is_new else string, name if is_new else "")


def _unit(
    source: TextSource,
    string: JsonString,
    path: tuple[str, ...],
    form: PluralForm | None = None,
) -> Unit:
    return Unit(
        key=unit_key(*path),
        source=string.text,
        context=".".join(path),
        line=source.line_of(string.start),
        plural=form,
        placeholders=placeholder_hint(string.text),
    )


def _edit(source: TextSource, place: _Place, text: str, *, to_ascii: bool) -> Edit:
    literal = json.dumps(text, ensure_ascii=to_ascii)
    anchor = place.anchor
    if not place.new_name:
        return Edit(anchor.start, anchor.end, literal)
    name = json.dumps(place.new_name, ensure_ascii=to_ascii)
    colon = source.text[anchor.key_end : anchor.start]
    return Edit(anchor.end, anchor.end, f",{anchor.gap}{name}{colon}{literal}")


def _removals(
    source: TextSource, group: dict[str, JsonString], target_language: str
) -> Iterator[Edit]:
    """Each with the comma before it; the first member of an object with the one after
    it, and so is whatever comes first once that is gone."""
    forms = wanted_forms("", group, target_language)
    wanted = {form.category for form in forms}
    end = -1
    for category, string in sorted(group.items(), key=lambda item: item[1].start):
        if category in wanted:
            continue
        before = string.key_start - len(string.gap)
        if source.text[before - 1] == "{" or before <= end:
            following = _NEXT_MEMBER.match(source.text, string.end)
            assert following is not None  # a form that stays
            end = following.end()
            yield Edit(string.key_start, end, "")
        else:
            end = string.end
            yield Edit(before - 1, end, "")


def _looks_right(beginning: str) -> bool:
    return bool(re.match(r'\s*(\{\s*("|\}|$)|\[\s*["{\[\]])', beginning))


FORMAT = Format(
    name="json",
    extensions=(".json",),
    read=read,
    write=write,
    looks_right=_looks_right,
)
