"""Where a unit's texts are in an XLIFF file of either version."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from webapp.workspace.formats.hints import placeholder_hint
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.unit import PluralForm, Unit, UnitState, unit_key
from webapp.workspace.formats.xliff_inline import xliff_inline
from webapp.workspace.formats.xml_scan import Element, XmlSource
from webapp.workspace.formats.xml_text import Code, xml_unescape


@dataclass(frozen=True, slots=True)
class XliffPlace:
    unit: Unit
    file: Element
    holder: Element  # of source and target: trans-unit or segment
    source: Element
    target: Element | None
    codes: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class XliffDetails:
    """What the versions say in different ways."""

    key: tuple[str, ...]
    state: UnitState  # of a target with a text in it
    context: str = ""
    note: str = ""
    location: str = ""
    max_length: int | None = None
    plural: PluralForm | None = None
    is_translatable: bool = True


def xliff_place(
    xml: XmlSource, file: Element, holder: Element, details: XliffDetails
) -> XliffPlace:
    source, target = holder.first("source"), holder.first("target")
    if source is None:
        raise FormatError(
            Problem.SYNTAX, line=holder.line, element=holder.tag, expected="<source>"
        )
    inline, translated = xliff_inline(xml, source), xliff_inline(xml, target)
    unit = Unit(
        key=unit_key(*details.key),
        source=inline.text,
        target=translated.text,
        context=details.context,
        note=details.note,
        location=details.location,
        line=holder.line,
        max_length=details.max_length,
        plural=details.plural,
        state=details.state if translated.text else UnitState.EMPTY,
        placeholders=placeholder_hint(inline.text),
        codes=inline.shown_codes,
        is_translatable=details.is_translatable,
    )
    codes = inline.codes + _own_codes(inline.codes, translated.codes)
    return XliffPlace(unit, file, holder, source, target, codes)


def _own_codes(source: Sequence[Code], target: Sequence[Code]) -> tuple[Code, ...]:
    """What a target has and its source has not: it may be kept."""
    shown = Counter(code.shown for code in source)
    own = []
    for code in target:
        shown[code.shown] -= 1
        if shown[code.shown] < 0:
            own.append(code)
    closing = {code.shown: code for code in target if code.closes}
    num_missing = Counter(code.closed_by for code in own if code.closed_by)
    num_missing.subtract(code.shown for code in own if code.closes)
    own += [closing[name] for name in num_missing.elements()]
    return tuple(own)


def required(element: Element, name: str) -> str:
    value = element.get(name)
    if not value:
        raise FormatError(
            Problem.SYNTAX, line=element.line, element=element.tag, expected=f"{name}="
        )
    return value


def plain_text(xml: XmlSource, element: Element) -> str:
    return xml_unescape(xml.raw(element)).strip()


def is_translatable(element: Element, *, inherited: bool) -> bool:
    return {"yes": True, "no": False}.get(element.get("translate"), inherited)


def state_of(name: str, states: Mapping[str, UnitState]) -> UnitState:
    return states.get(name.lower(), UnitState.TRANSLATED)
