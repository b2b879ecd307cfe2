"""Changes to single attributes of a tag; the others keep their order and quotes."""

import re

from webapp.workspace.formats.text_source import Edit
from webapp.workspace.formats.xml_scan import Element, XmlSource

_NAME = re.compile(r"<([^\s/>]+)")
_ATTRIBUTE = re.compile(r"([^\s=<>\"'/]+)\s*=\s*(\"[^\"]*\"|'[^']*')")


def tag_name(xml: XmlSource, element: Element) -> str:
    """As written, with its prefix."""
    found = _NAME.match(xml.open_tag(element))
    assert found is not None
    return found[1]


def attribute_edit(xml: XmlSource, element: Element, name: str, value: str) -> Edit:
    """The value must need no escaping. A new attribute goes behind the others."""
    tag = xml.open_tag(element)
    for found in _ATTRIBUTE.finditer(tag, len(tag_name(xml, element)) + 1):
        if found[1] == name:
            start, end = found.span(2)
            return Edit(element.start + start + 1, element.start + end - 1, value)
    place = tag_close(xml, element)
    return Edit(place, place, f' {name}="{value}"')


def tag_close(xml: XmlSource, element: Element) -> int:
    """Where the opening tag's `>` or `/>` is."""
    return element.inner_start - (2 if element.is_self_closing else 1)
