"""Where the texts of Android's string resources are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from webapp.workspace.formats.android_text import AndroidText
from webapp.workspace.formats.hints import placeholder_hint
from webapp.workspace.formats.plural_units import wanted_forms
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.unit import PluralForm, Unit, unit_key
from webapp.workspace.formats.xml_scan import Element, XmlSource
from webapp.workspace.formats.xml_text import (
    Code,
    Inline,
    inline_pieces,
    inline_text,
    xml_unescape,
)

_CDATA = re.compile(r"\s*<!\[CDATA\[((?!\]\]>).)*\]\]>\s*", re.DOTALL)
_REFERENCE = re.compile(r"\s*[@?](\w+:)?(\w+/)?[\w.]+\s*")


@dataclass(frozen=True, slots=True)
class AndroidPlace:
    """Where a unit's text is. A form that the file has not yet goes below `element`,
    which is then the last one of its plural."""

    unit: Unit
    element: Element
    inline: Inline
    is_new: bool = False


def android_places(xml: XmlSource, target_language: str) -> Iterator[AndroidPlace]:
    if xml.root.tag != "resources":
        raise FormatError(Problem.MISSING, element="resources")
    first_lines: dict[str, int] = {}
    for resource in xml.root.all("string", "plurals", "string-array"):
        key = resource_key(resource)
        if key in first_lines:
            raise FormatError(
                Problem.DUPLICATE,
                line=resource.line,
                first_line=first_lines[key],
                element=resource.get("name"),
            )
        first_lines[key] = resource.line
        yield from _resource_places(xml, resource, target_language)


def _resource_places(
    xml: XmlSource, resource: Element, target_language: str
) -> Iterator[AndroidPlace]:
    if resource.tag == "string":
        yield from _place(xml, resource, resource, resource_key(resource))
    elif resource.tag == "plurals":
        yield from _plural_places(xml, resource, target_language)
    else:
        for index, item in enumerate(resource.all("item")):
            yield from _place(xml, resource, item, resource_key(resource, str(index)))


def resource_key(resource: Element, *more: str) -> str:
    name = resource.get("name")
    if not name:
        raise FormatError(
            Problem.SYNTAX, line=resource.line, element=resource.tag, expected="name="
        )
    product = resource.get("product")  # of several resources of one name
    parts = [name, f"product={product}"] if product else [name]
    return unit_key(resource.tag, *parts, *more)


def _plural_places(
    xml: XmlSource, plural: Element, target_language: str
) -> Iterator[AndroidPlace]:
    items = plural_items(plural)
    if not items:
        return
    other = items.get("other") or list(items.values())[-1]
    last = max(items.values(), key=lambda item: item.start)
    for form in wanted_forms(resource_key(plural), items, target_language):
        item = items.get(form.category)
        key = resource_key(plural, form.category)
        for place in _place(xml, plural, item or other, key, form):
            is_new = item is None
            yield replace(place, element=last, is_new=True) if is_new else place


def plural_items(plural: Element) -> dict[str, Element]:
    return {item.get("quantity"): item for item in plural.all("item")}


def _place(
    xml: XmlSource,
    resource: Element,
    element: Element,
    key: str,
    form: PluralForm | None = None,
) -> Iterator[AndroidPlace]:
    """None for an element without text."""
    inline = _inline(xml, element)
    if not inline.text:
        return
    is_fixed = "false" in (resource.get("translatable"), xml.root.get("translatable"))
    is_reference = bool(_REFERENCE.fullmatch(xml.raw(element)))
    unit = Unit(
        key=key,
        source=inline.text,
        context=resource.get("name"),
        note=resource.comment,
        line=element.line,
        plural=form,
        placeholders=placeholder_hint(inline.text),
        codes=inline.shown_codes,
        is_translatable=not is_fixed and not is_reference,
    )
    yield AndroidPlace(unit, element, inline)


def _inline(xml: XmlSource, element: Element) -> Inline:
    pieces = inline_pieces(xml, element, _codes)
    for index, strip in ((0, str.lstrip), (-1, str.rstrip)):
        piece = pieces[index]
        if isinstance(piece, str):
            pieces[index] = strip(piece, " \t\r\n")
    text = AndroidText(keeps_quotes=is_cdata(xml, element))
    return inline_text(pieces, lambda raw: text.unescape(xml_unescape(raw)))


def is_cdata(xml: XmlSource, element: Element) -> bool:
    return bool(_CDATA.fullmatch(xml.raw(element)))


def _codes(xml: XmlSource, child: Element) -> Code | tuple[Code, Code]:
    """What is marked for translators not to touch (xliff:g) is one code, content and
    all; other markup is two."""
    whole = xml.source.text[child.start : child.end]
    if child.tag == "g" or child.is_self_closing:
        return Code(whole, whole)
    opening = xml.open_tag(child)
    closing = xml.source.text[child.inner_end : child.end]
    return (
        Code(opening, opening, closed_by=closing),
        Code(closing, closing, closes=True),
    )
