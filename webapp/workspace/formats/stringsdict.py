"""Apple's .stringsdict: a property list of plural messages."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from webapp.workspace.formats.changes import changed_units
from webapp.workspace.formats.format import Format
from webapp.workspace.formats.hints import placeholder_hint
from webapp.workspace.formats.limits import DEFAULT_LIMITS, Limits
from webapp.workspace.formats.plural_units import wanted_forms
from webapp.workspace.formats.plurals import CATEGORIES
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.text_source import Edit
from webapp.workspace.formats.unit import (
    ParsedFile,
    PluralForm,
    Translation,
    Unit,
    unit_key,
)
from webapp.workspace.formats.xml_scan import Element, XmlSource, xml_source
from webapp.workspace.formats.xml_text import xml_escape, xml_unescape

_FORMAT_KEY = "NSStringLocalizedFormatKey"
_WIDTHS_KEY = "NSStringVariableWidthRuleType"
_NO_WORDS = re.compile(r"(%(\d+\$)?#@\w+@|\W)*")


@dataclass(frozen=True, slots=True)
class _Pair:
    """A <key> and the value below it."""

    key: Element
    value: Element


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a unit's text is. A form that the file has not yet goes below `pair`,
    which is then the last one of its message."""

    unit: Unit
    pair: _Pair
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class _Message:
    """The forms of one variable."""

    key: tuple[str, ...]
    note: str
    forms: dict[str, _Pair]

    @property
    def group(self) -> str:
        return unit_key(*self.key)

    @property
    def last(self) -> _Pair:
        return max(self.forms.values(), key=lambda pair: pair.key.start)

    def wanted(self, language: str) -> list[PluralForm]:
        return wanted_forms(self.group, self.forms, language)


def read(
    data: bytes,
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
) -> ParsedFile:
    xml = xml_source(data, limits=limits)
    units = [place.unit for place in _places(xml, target_language)]
    return ParsedFile(
        format=FORMAT.name,
        units=limits.check_units(units),
        encoding=xml.source.encoding,
    )


def write(
    original: bytes,
    translations: Mapping[str, Translation],
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
) -> bytes:
    """A translated message gets the forms of the target language, and no others."""
    xml = xml_source(original, limits=limits)
    by_key = {place.unit.key: place for place in _places(xml, target_language)}
    units = [place.unit for place in by_key.values()]
    edits = []
    groups = set()
    changed = changed_units(
        units,
        translations,
        is_bilingual=False,
        check=lambda unit, text: xml_escape(text, key=unit.key),
    )
    for unit, translation in changed:
        edits.append(_edit(xml, by_key[unit.key], translation.text))
        groups.add(unit.plural.group if unit.plural else "")
    for item in _items(xml):
        if isinstance(item, _Message) and item.group in groups:
            edits += _removals(xml, item, target_language)
    return xml.edited(edits) if edits else original


def _places(xml: XmlSource, target_language: str) -> Iterator[_Place]:
    for item in _items(xml):
        if isinstance(item, _Message):
            yield from _forms(xml, item, target_language)
        else:
            yield item


def _forms(xml: XmlSource, message: _Message, target_language: str) -> Iterator[_Place]:
    other = message.forms.get("other", message.last)
    for form in message.wanted(target_language):
        pair = message.forms.get(form.category)
        key = (*message.key, form.category)
        unit = _unit(xml, pair or other, key, message.note, form)
        yield _Place(unit, pair or message.last, is_new=pair is None)


def _items(xml: XmlSource) -> Iterator[_Message | _Place]:
    """Plural messages, and single texts, in the file's order."""
    for name, entry in _pairs(xml, _root(xml)).items():
        note = entry.key.comment
        for part, pair in _pairs(xml, entry.value).items():
            if pair.value.tag == "dict":
                yield from _variable(xml, pair.value, (name, part), note)
            elif part == _FORMAT_KEY and not _NO_WORDS.fullmatch(_text(xml, pair)):
                yield _Place(_unit(xml, pair, (name, part), note), pair)


def _variable(
    xml: XmlSource, variable: Element, key: tuple[str, ...], note: str
) -> Iterator[_Message | _Place]:
    pairs = _pairs(xml, variable)
    if key[-1] == _WIDTHS_KEY:
        for width, pair in pairs.items():
            yield _Place(_unit(xml, pair, (*key, width), note), pair)
    elif forms := {name: pair for name, pair in pairs.items() if name in CATEGORIES}:
        yield _Message(key, note, forms)


def _root(xml: XmlSource) -> Element:
    root = xml.root.first("dict")
    if xml.root.tag != "plist" or root is None:
        raise FormatError(Problem.MISSING, element="plist")
    return root


def _pairs(xml: XmlSource, dictionary: Element) -> dict[str, _Pair]:
    """Keys and values alternate in a <dict>."""
    pairs: dict[str, _Pair] = {}
    children = iter(dictionary.children)
    for key in children:
        value = next(children, None)
        if key.tag != "key" or value is None or value.tag == "key":
            raise FormatError(
                Problem.SYNTAX, line=key.line, element=key.tag, expected="<key>"
            )
        name = xml_unescape(xml.raw(key))
        if name in pairs:
            first_line = pairs[name].key.line
            raise FormatError(
                Problem.DUPLICATE, line=key.line, first_line=first_line, element=name
            )
        pairs[name] = _Pair(key, value)
    return pairs


def _text(xml: XmlSource, pair: _Pair) -> str:
    return xml_unescape(xml.raw(pair.value))


def _unit(
    xml: XmlSource,
    pair: _Pair,
    key: tuple[str, ...],
    note: str,
    form: PluralForm | None = None,
) -> Unit:
    text = _text(xml, pair)
    return Unit(
        key=unit_key(*key),
        source=text,
        context=key[0],
        note=note,
        line=pair.key.line,
        plural=form,
        placeholders=placeholder_hint(text),
    )


def _edit(xml: XmlSource, place: _Place, text: str) -> Edit:
    value = place.pair.value
    raw = xml_escape(text, key=place.unit.key)
    if not place.is_new:
        if value.is_self_closing:
            return Edit(value.start, value.end, f"<string>{raw}</string>")
        return Edit(value.inner_start, value.inner_end, raw)
    assert place.unit.plural is not None
    key = f"<key>{place.unit.plural.category}</key>"
    before, between = xml.gap_before(place.pair.key), xml.gap_before(value)
    line = f"{before}{key}{between}<string>{raw}</string>"
    return Edit(value.end, value.end, line)


def _removals(
    xml: XmlSource, message: _Message, target_language: str
) -> Iterator[Edit]:
    wanted = {form.category for form in message.wanted(target_language)}
    for category, pair in message.forms.items():
        if category not in wanted:
            start = pair.key.start - len(xml.gap_before(pair.key))
            yield Edit(start, pair.value.end, "")


def _looks_right(beginning: str) -> bool:
    return bool(re.search(r"<plist[\s>/]", beginning))


FORMAT = Format(
    name="stringsdict",
    extensions=(".stringsdict",),
    read=read,
    write=write,
    looks_right=_looks_right,
)
