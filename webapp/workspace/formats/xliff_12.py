"""XLIFF 1.2: file > body > group > trans-unit."""

from collections.abc import Iterator
from dataclasses import dataclass

from webapp.workspace.formats.text_source import Edit
from webapp.workspace.formats.unit import PluralForm, UnitState
from webapp.workspace.formats.xliff_place import (
    XliffDetails,
    XliffPlace,
    is_translatable,
    plain_text,
    required,
    state_of,
    xliff_place,
)
from webapp.workspace.formats.xliff_plurals import named_form, numbered_forms
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


def places(xml: XmlSource, language: str) -> Iterator[XliffPlace]:
    for number, file in enumerate(xml.root.all("file"), start=1):
        walk = _Walk(xml, file, number, file.get("target-language") or language)
        for body in file.all("body"):
            yield from walk.below(body, translates=True)


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


@dataclass(frozen=True, slots=True)
class _Walk:
    """Through one file element."""

    xml: XmlSource
    file: Element
    number: int
    language: str

    def below(self, parent: Element, *, translates: bool) -> Iterator[XliffPlace]:
        forms = numbered_forms(parent, self.language, self.number)
        for child in parent.all("group", "trans-unit"):
            translated = is_translatable(child, inherited=translates)
            if child.tag == "group":
                yield from self.below(child, translates=translated)
            else:
                form = forms.get(child.start)
                details = self._details(child, form, translates=translated)
                yield xliff_place(self.xml, self.file, child, details)

    def _details(
        self, unit: Element, form: PluralForm | None, *, translates: bool
    ) -> XliffDetails:
        target = unit.first("target")
        state = state_of(target.get("state") if target else "", _STATES)
        width, size_unit = unit.get("maxwidth"), unit.get("size-unit")
        is_length = width.isdecimal() and size_unit == "char"
        notes = (plain_text(self.xml, note) for note in unit.all("note"))
        return XliffDetails(
            key=(str(self.number), required(unit, "id")),
            state=UnitState.APPROVED if unit.get("approved") == "yes" else state,
            context=unit.get("resname") or unit.get("id"),
            note="\n".join(notes),
            location=" ".join(_locations(self.xml, unit)),
            max_length=int(width) if is_length else None,
            plural=form or named_form(unit, self.language, self.number),
            is_translatable=translates,
        )


def _locations(xml: XmlSource, unit: Element) -> Iterator[str]:
    for group in unit.all("context-group"):
        if "location" in group.get("purpose"):
            yield ":".join(plain_text(xml, one) for one in group.all("context"))
