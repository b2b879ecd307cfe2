"""XLIFF 2: file > group > unit > segment."""

from collections.abc import Iterator
from dataclasses import replace

from webapp.workspace.formats.text_source import Edit
from webapp.workspace.formats.unit import UnitState
from webapp.workspace.formats.xliff_place import (
    XliffDetails,
    XliffPlace,
    is_translatable,
    plain_text,
    required,
    state_of,
    xliff_place,
)
from webapp.workspace.formats.xml_attributes import attribute_edit
from webapp.workspace.formats.xml_scan import Element, XmlSource

_STATES = {
    "initial": UnitState.FUZZY,
    "reviewed": UnitState.APPROVED,
    "final": UnitState.APPROVED,
}
_NAMES = {
    UnitState.EMPTY: "initial",
    UnitState.FUZZY: "initial",
    UnitState.TRANSLATED: "translated",
    UnitState.APPROVED: "final",
}


def places(xml: XmlSource, _language: str) -> Iterator[XliffPlace]:
    for file in xml.root.all("file"):
        key = (required(file, "id"),)
        translates = is_translatable(file, inherited=True)
        yield from _walk(xml, file, file, key, translates=translates)


def languages(xml: XmlSource) -> tuple[str, str]:
    return xml.root.get("srcLang"), xml.root.get("trgLang")


def language_edits(xml: XmlSource, place: XliffPlace, language: str) -> Iterator[Edit]:
    if language and not xml.root.get("trgLang"):
        yield attribute_edit(xml, xml.root, "trgLang", language)


def target_attributes(state: UnitState) -> str:
    """The state is the segment's, not the target's."""
    return ""


def state_edits(xml: XmlSource, place: XliffPlace, state: UnitState) -> Iterator[Edit]:
    yield attribute_edit(xml, place.holder, "state", _NAMES[state])


def _walk(
    xml: XmlSource,
    file: Element,
    parent: Element,
    key: tuple[str, ...],
    *,
    translates: bool,
) -> Iterator[XliffPlace]:
    for child in parent.all("group", "unit"):
        translated = is_translatable(child, inherited=translates)
        if child.tag == "group":
            yield from _walk(xml, file, child, key, translates=translated)
            continue
        segments = list(child.all("segment"))
        for number, segment in enumerate(segments, start=1):
            details = _details(xml, child, segment, key, translates=translated)
            if len(segments) > 1:  # which one, by its own name if it has one
                details = _numbered(details, segment.get("id") or f"[{number}]")
            yield xliff_place(xml, file, segment, details)


def _details(
    xml: XmlSource,
    unit: Element,
    segment: Element,
    key: tuple[str, ...],
    *,
    translates: bool,
) -> XliffDetails:
    notes = unit.first("notes")
    texts = [plain_text(xml, note) for note in notes.all("note")] if notes else []
    return XliffDetails(
        key=(*key, required(unit, "id")),
        state=state_of(segment.get("state"), _STATES),
        context=unit.get("name") or unit.get("id"),
        note="\n".join(texts),
        is_translatable=translates,
    )


def _numbered(details: XliffDetails, segment: str) -> XliffDetails:
    return replace(details, key=(*details.key, segment))
