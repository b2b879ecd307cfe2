"""XLIFF 1.2: file > body > group > trans-unit."""

from collections.abc import Iterator

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
    "new": UnitState.FUZZY,
    "needs-translation": UnitState.FUZZY,
    "needs-adaptation": UnitState.FUZZY,
    "needs-l10n": UnitState.FUZZY,
    "needs-review-translation": UnitState.FUZZY,
    "needs-review-adaptation": UnitState.FUZZY,
    "needs-review-l10n": UnitState.FUZZY,
    "signed-off": UnitState.APPROVED,
    "final": UnitState.APPROVED,
}
_NAMES = {
    UnitState.EMPTY: "needs-translation",
    UnitState.FUZZY: "needs-review-translation",
    UnitState.TRANSLATED: "translated",
    UnitState.APPROVED: "final",
}


def places(xml: XmlSource) -> Iterator[XliffPlace]:
    for number, file in enumerate(xml.root.all("file"), start=1):
        for body in file.all("body"):
            yield from _walk(xml, file, body, number, translates=True)


def languages(xml: XmlSource) -> tuple[str, str]:
    file = xml.root.first("file")
    if file is None:
        return "", ""
    return file.get("source-language"), file.get("target-language")


def language_edits(xml: XmlSource, place: XliffPlace, language: str) -> Iterator[Edit]:
    if language and not place.file.get("target-language"):
        yield attribute_edit(xml, place.file, "target-language", language)


def target_attributes(state: UnitState) -> str:
    return f' state="{_NAMES[state]}"'


def state_edits(xml: XmlSource, place: XliffPlace, state: UnitState) -> Iterator[Edit]:
    if place.target is not None:
        yield attribute_edit(xml, place.target, "state", _NAMES[state])
    if state is UnitState.APPROVED:
        yield attribute_edit(xml, place.holder, "approved", "yes")
    elif place.holder.get("approved") == "yes":
        yield attribute_edit(xml, place.holder, "approved", "no")


def _walk(
    xml: XmlSource, file: Element, parent: Element, number: int, *, translates: bool
) -> Iterator[XliffPlace]:
    for child in parent.all("group", "trans-unit"):
        translated = is_translatable(child, inherited=translates)
        if child.tag == "group":
            yield from _walk(xml, file, child, number, translates=translated)
        else:
            details = _details(xml, child, number, translates=translated)
            yield xliff_place(xml, file, child, details)


def _details(
    xml: XmlSource, unit: Element, number: int, *, translates: bool
) -> XliffDetails:
    target = unit.first("target")
    state = state_of(target.get("state") if target else "", _STATES)
    width, size_unit = unit.get("maxwidth"), unit.get("size-unit")
    is_length = width.isdecimal() and size_unit == "char"
    return XliffDetails(
        key=(str(number), required(unit, "id")),
        state=UnitState.APPROVED if unit.get("approved") == "yes" else state,
        context=unit.get("resname") or unit.get("id"),
        note="\n".join(plain_text(xml, note) for note in unit.all("note")),
        location=" ".join(_locations(xml, unit)),
        max_length=int(width) if is_length else None,
        is_translatable=translates,
    )


def _locations(xml: XmlSource, unit: Element) -> Iterator[str]:
    for group in unit.all("context-group"):
        if "location" in group.get("purpose"):
            yield ":".join(plain_text(xml, one) for one in group.all("context"))
