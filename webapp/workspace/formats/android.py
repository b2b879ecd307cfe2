"""Android's string resources: strings.xml with strings, plurals and arrays."""

import re
from collections.abc import Iterator, Mapping

from webapp.workspace.formats.android_places import (
    AndroidPlace,
    android_places,
    is_cdata,
    plural_items,
    resource_key,
)
from webapp.workspace.formats.android_text import android_ends, android_escape
from webapp.workspace.formats.changes import changed_units
from webapp.workspace.formats.format import Format
from webapp.workspace.formats.limits import DEFAULT_LIMITS, Limits, is_encodable
from webapp.workspace.formats.plural_units import wanted_forms
from webapp.workspace.formats.plurals import CATEGORIES
from webapp.workspace.formats.text_source import Edit
from webapp.workspace.formats.unit import ParsedFile, Translation
from webapp.workspace.formats.xml_scan import Element, XmlSource, xml_source
from webapp.workspace.formats.xml_text import inline_raw, xml_escape

_QUANTITY = re.compile(r"(\bquantity\s*=\s*[\"'])\w+")


def read(
    data: bytes,
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
) -> ParsedFile:
    xml = xml_source(data, limits=limits)
    units = [place.unit for place in android_places(xml, target_language)]
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
    """A translated plural gets the forms of the target language, and no others."""
    xml = xml_source(original, limits=limits)
    places = list(android_places(xml, target_language))
    by_key = {place.unit.key: place for place in places}
    units = [place.unit for place in places]
    edits = []
    groups = set()
    changed = changed_units(
        units,
        translations,
        is_bilingual=False,
        check=lambda unit, text: _raw(xml, by_key[unit.key], text),
    )
    for unit, translation in changed:
        edits.append(_edit(xml, by_key[unit.key], translation.text))
        groups.add(unit.plural.group if unit.plural else "")
    for plural in xml.root.all("plurals"):
        if resource_key(plural) in groups:
            edits += _removals(xml, plural, target_language)
    return xml.edited(edits) if edits else original


def _edit(xml: XmlSource, place: AndroidPlace, text: str) -> Edit:
    element = place.element
    raw = _raw(xml, place, text)
    if not place.is_new:
        return Edit(element.inner_start, element.inner_end, raw)
    assert place.unit.plural is not None
    opening = _QUANTITY.sub(
        rf"\g<1>{place.unit.plural.category}", xml.open_tag(element), count=1
    )
    closing = xml.source.text[element.inner_end : element.end]
    item = f"{xml.gap_before(element)}{opening}{raw}{closing}"
    return Edit(element.end, element.end, item)


def _raw(xml: XmlSource, place: AndroidPlace, text: str) -> str:
    """A text in CDATA stays so, where the encoding has its letters."""
    key = place.unit.key
    stays_cdata = is_cdata(xml, place.element) and not place.inline.codes
    if stays_cdata and is_encodable(text, xml.source.encoding):
        xml_escape(text, key=key)  # refuses what XML cannot hold, escaped or not
        escaped = android_ends(android_escape(text))
        return f"<![CDATA[{escaped.replace(']]>', ']]]]><![CDATA[>')}]]>"
    return android_ends(
        inline_raw(
            text,
            place.inline.codes,
            key=key,
            escape=lambda piece: xml_escape(android_escape(piece), key=key),
        )
    )


def _removals(xml: XmlSource, plural: Element, target_language: str) -> Iterator[Edit]:
    items = plural_items(plural)
    forms = wanted_forms(resource_key(plural), items, target_language)
    wanted = {form.category for form in forms}
    for category, item in items.items():
        if category in CATEGORIES and category not in wanted:
            yield Edit(item.start - len(xml.gap_before(item)), item.end, "")


def _looks_right(beginning: str) -> bool:
    return bool(re.search(r"<resources[\s>/]", beginning))


FORMAT = Format(
    name="android",
    extensions=(".xml",),
    read=read,
    write=write,
    looks_right=_looks_right,
)
