"""Which way a translated paragraph of Word runs, and its text, as Word says it."""

import re
from dataclasses import dataclass

from webapp.workspace.formats.languages import language_direction


@dataclass(frozen=True, slots=True)
class _Sign:
    """An element for "from right to left", and its place: the schema has an order."""

    parent: str
    name: str
    behind: str  # what comes after it
    deep: str  # of these, what may hold an element of the same name


_PARAGRAPH = _Sign(
    "pPr",
    "bidi",
    "adjustRightInd|snapToGrid|spacing|ind|contextualSpacing|mirrorIndents"
    "|suppressOverlap|jc|textDirection|textAlignment|textboxTightWrap|outlineLvl|divId"
    "|cnfStyle|rPr|sectPr|pPrChange",
    "rPr|sectPr|pPrChange",
)
_RUN = _Sign(
    "rPr",
    "rtl",
    "cs|em|lang|eastAsianLayout|specVanish|oMath|rPrChange",
    "rPrChange",
)
# Text that runs from right to left has these of its own, and heeds no others.
_TWINS = r"<({p})(b|i|sz)(\s[^<>]*)?/>(?!<{p}\2Cs\b)"


def turn_between(source_language: str, target_language: str) -> bool | None:
    """Whether a translation runs from right to left; None: as its source does."""
    directions = [language_direction(one) for one in (source_language, target_language)]
    return directions[1] == "rtl" if directions[0] != directions[1] else None


def paragraph_turned(properties: bytes, prefix: str, *, is_rtl: bool) -> bytes:
    """
    >>> paragraph_turned(b'<w:pPr><w:jc w:val="center"/></w:pPr>', "w:", is_rtl=True)
    b'<w:pPr><w:bidi/><w:jc w:val="center"/></w:pPr>'
    >>> paragraph_turned(b"", "w:", is_rtl=True)
    b'<w:pPr><w:bidi/></w:pPr>'
    """
    return _signed(properties, prefix, _PARAGRAPH, is_on=is_rtl)


def run_turned(properties: bytes, prefix: str, *, is_rtl: bool) -> bytes:
    """
    >>> run_turned(b'<w:rPr><w:b/><w:lang w:val="en"/></w:rPr>', "w:", is_rtl=True)
    b'<w:rPr><w:b/><w:bCs/><w:rtl/><w:lang w:val="en"/></w:rPr>'
    >>> run_turned(b"<w:rPr><w:i/><w:rtl/></w:rPr>", "w:", is_rtl=False)
    b'<w:rPr><w:i/></w:rPr>'
    """
    if is_rtl:
        twins = _pattern(_TWINS, prefix)
        now, tracked = _cut(properties, prefix, _RUN)
        properties = twins.sub(rb"\g<0><\1\2Cs\3/>", now) + tracked
    return _signed(properties, prefix, _RUN, is_on=is_rtl)


def _signed(properties: bytes, prefix: str, sign: _Sign, *, is_on: bool) -> bytes:
    opening, closing = f"<{prefix}{sign.parent}>", f"</{prefix}{sign.parent}>"
    if not re.search(rb"</", properties):  # none, or an empty element
        if not is_on:
            return properties
        properties = f"{opening}{closing}".encode()
    now, rest = _cut(properties, prefix, sign)
    without = _pattern(rf"<{{p}}{sign.name}\b[^<>]*/>", prefix).sub(b"", now) + rest
    if not is_on:
        return without
    # What other namespaces add comes last.
    after = rf"<(?:{{p}}(?:{sign.behind})\b|(?!{{p}})[\w.-]+:|/{{p}}{sign.parent}>)"
    found = _pattern(after, prefix).search(without)
    place = found.start() if found else len(without)
    return without[:place] + f"<{prefix}{sign.name}/>".encode() + without[place:]


def _cut(properties: bytes, prefix: str, sign: _Sign) -> tuple[bytes, bytes]:
    """What is said of the element itself, and what of something else."""
    found = _pattern(rf"<{{p}}(?:{sign.deep})\b", prefix).search(properties, 1)
    place = found.start() if found else len(properties)
    return properties[:place], properties[place:]


def _pattern(text: str, prefix: str) -> re.Pattern[bytes]:
    return re.compile(text.replace("{p}", re.escape(prefix)).encode())
