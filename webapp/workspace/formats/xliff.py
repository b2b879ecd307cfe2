"""XLIFF 1.2 and 2: .xlf, .xliff."""

import re
from collections.abc import Iterator, Mapping
from typing import Protocol

from webapp.workspace.formats import xliff_12, xliff_20
from webapp.workspace.formats.changes import changed_units
from webapp.workspace.formats.format import Format
from webapp.workspace.formats.languages import language_tag
from webapp.workspace.formats.limits import DEFAULT_LIMITS, Limits
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.text_source import Edit
from webapp.workspace.formats.unit import ParsedFile, Translation, UnitState
from webapp.workspace.formats.xliff_place import XliffPlace
from webapp.workspace.formats.xml_attributes import tag_close, tag_name
from webapp.workspace.formats.xml_scan import Element, XmlSource, xml_source
from webapp.workspace.formats.xml_text import inline_raw, xml_escape


class XliffVersion(Protocol):
    """What a module of one version gives."""

    def places(self, xml: XmlSource, language: str, /) -> Iterator[XliffPlace]:
        """`language` is the target's, where the file does not say it."""

    def languages(self, xml: XmlSource) -> tuple[str, str]:
        """Source and target, as stated."""

    def language_edits(
        self, xml: XmlSource, place: XliffPlace, language: str
    ) -> Iterator[Edit]:
        """Where the target's language has to be said and is not."""

    def target_attributes(self, state: UnitState) -> str:
        """Of a target that is not there yet."""

    def state_edits(
        self, xml: XmlSource, place: XliffPlace, state: UnitState
    ) -> Iterator[Edit]: ...


def read(
    data: bytes,
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
) -> ParsedFile:
    xml = xml_source(data, limits=limits)
    version = _version(xml)
    units = [place.unit for place in _places(xml, version, target_language)]
    source, target = version.languages(xml)
    return ParsedFile(
        format=FORMAT.name,
        units=limits.check_units(units),
        source_language=language_tag(source),
        target_language=language_tag(target),
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
    """The target's language is said where a file had no targets."""
    xml = xml_source(original, limits=limits)
    version = _version(xml)
    places = _places(xml, version, target_language)
    by_key = {place.unit.key: place for place in places}
    units = [place.unit for place in by_key.values()]
    edits: list[Edit] = []
    languages: set[Edit] = set()  # the same for all units of a file
    wanted = _held(translations)
    changed = changed_units(
        units,
        wanted,
        is_bilingual=True,
        check=lambda unit, text: _raw(by_key[unit.key], text),
    )
    for unit, translation in changed:
        place = by_key[unit.key]
        edits += _edits(xml, version, place, translation)
        languages |= set(
            version.language_edits(xml, place, language_tag(target_language))
        )
    return xml.edited([*edits, *languages]) if edits else original


def _version(xml: XmlSource) -> XliffVersion:
    if xml.root.tag != "xliff":
        raise FormatError(Problem.MISSING, element="xliff")
    version = xml.root.get("version")
    if version.startswith("2."):
        return xliff_20
    if version in ("1.0", "1.1", "1.2"):
        return xliff_12
    raise FormatError(
        Problem.UNSUPPORTED, line=xml.root.line, element=f'xliff version="{version}"'
    )


def _places(xml: XmlSource, version: XliffVersion, language: str) -> list[XliffPlace]:
    return [place for place in version.places(xml, language) if place.unit.source]


def _held(translations: Mapping[str, Translation]) -> dict[str, Translation]:
    """Without a text there is no state."""
    return {
        key: one if one.text else Translation("", UnitState.EMPTY)
        for key, one in translations.items()
    }


def _edits(
    xml: XmlSource, version: XliffVersion, place: XliffPlace, translation: Translation
) -> Iterator[Edit]:
    if translation.state is not place.unit.state:
        yield from version.state_edits(xml, place, translation.state)
    if translation.text != place.unit.target:
        attributes = version.target_attributes(translation.state)
        yield _text_edit(xml, place, translation.text, attributes)


def _raw(place: XliffPlace, text: str) -> str:
    key = place.unit.key
    return inline_raw(
        text, place.codes, key=key, escape=lambda piece: xml_escape(piece, key=key)
    )


def _text_edit(xml: XmlSource, place: XliffPlace, text: str, attributes: str) -> Edit:
    raw = _raw(place, text)
    target = place.target
    if target is None:
        return _new_target(xml, place, raw, attributes)
    if target.is_self_closing:
        closing = f">{raw}</{tag_name(xml, target)}>"
        return Edit(tag_close(xml, target), target.end, closing)
    return Edit(target.inner_start, target.inner_end, raw)


def _new_target(xml: XmlSource, place: XliffPlace, raw: str, attributes: str) -> Edit:
    """Below the source, indented like it."""
    above: Element = place.holder.first("seg-source") or place.source
    name = tag_name(xml, place.source).removesuffix("source") + "target"
    line = f"{xml.gap_before(place.source)}<{name}{attributes}>{raw}</{name}>"
    return Edit(above.end, above.end, line)


def _looks_right(beginning: str) -> bool:
    return bool(re.search(r"<(\w+:)?xliff[\s>/]", beginning))


FORMAT = Format(
    name="xliff",
    extensions=(".xlf", ".xliff", ".xml"),
    read=read,
    write=write,
    looks_right=_looks_right,
    is_bilingual=True,
)
