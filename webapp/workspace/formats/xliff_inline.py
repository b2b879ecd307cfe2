"""Inline elements of XLIFF as short codes: `<g id="1">`, `</g>`, `<x id="2"/>`."""

from html import escape

from webapp.workspace.formats.xml_scan import Element, XmlSource
from webapp.workspace.formats.xml_text import Code, Inline, inline_pieces, inline_text

_AROUND_TEXT = {"g", "mrk", "pc"}
_ALONE = {"x", "bx", "ex", "ph", "it", "bpt", "ept", "sc", "ec", "sm", "em"}


def xliff_inline(xml: XmlSource, element: Element | None) -> Inline:
    if element is None:
        return Inline("")
    return inline_text(inline_pieces(xml, element, _codes))


def _codes(xml: XmlSource, child: Element) -> Code | tuple[Code, Code]:
    whole = xml.source.text[child.start : child.end]
    if child.tag in _ALONE:
        return Code(_shown(child, whole, end="/>"), whole)
    if child.tag not in _AROUND_TEXT or child.is_self_closing:
        return Code(whole, whole)
    opening = xml.open_tag(child)
    closing = xml.source.text[child.inner_end : child.end]
    shown = f"</{child.tag}>"
    return (
        Code(_shown(child, opening, end=">"), opening, closed_by=shown),
        Code(shown, closing, closes=True),
    )


def _shown(child: Element, raw: str, *, end: str) -> str:
    """By its identity alone; native code inside is nothing for a translator."""
    for name in ("id", "mid", "startRef"):
        if child.get(name):
            return f'<{child.tag} {name}="{escape(child.get(name))}"{end}'
    return raw
