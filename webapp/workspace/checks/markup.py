"""Tags of XML and HTML, and the signs that mean something there."""

import re
from collections.abc import Iterator, Sequence

from webapp.workspace.checks.finding import Finding, error, warning
from webapp.workspace.checks.pair import Pair
from webapp.workspace.placeholders import Kind, Placeholder
from webapp.workspace.placeholders.find import tag_role

_BARE = re.compile(r"&(?![A-Za-z][A-Za-z0-9]*;|#\d+;|#[xX][0-9A-Fa-f]+;)")


def tags_check(pair: Pair) -> Iterator[Finding]:
    """The same ones, and each that opens is closed as in the source."""
    expected, found = _tags(pair.in_source), _tags(pair.in_target)
    if not (expected or found):
        return
    missing, added = _surplus(expected, found), _surplus(found, expected)
    for tag in missing:
        yield error("tag_missing", text=tag.text)
    for tag in added:
        yield error("tag_added", tag.span, text=tag.text)
    if not (missing or added):
        yield from _changed(expected, found)
        yield from _broken(pair, expected, found)


def _tags(placeholders: Sequence[Placeholder]) -> list[Placeholder]:
    return [each for each in placeholders if each.kind is Kind.TAG]


def _surplus(
    some: Sequence[Placeholder], others: Sequence[Placeholder]
) -> list[Placeholder]:
    rest = [tag_role(tag.text) for tag in others]
    surplus = []
    for tag in some:
        role = tag_role(tag.text)
        if role in rest:
            rest.remove(role)
        else:
            surplus.append(tag)
    return surplus


def _changed(
    expected: Sequence[Placeholder], found: Sequence[Placeholder]
) -> Iterator[Finding]:
    """Another attribute: a title may be translated, an address seldom is."""
    rest = [tag.text for tag in expected]
    for tag in found:
        if tag.text in rest:
            rest.remove(tag.text)
        else:
            yield warning("tag_changed", tag.span, text=tag.text)


def _broken(
    pair: Pair, expected: Sequence[Placeholder], found: Sequence[Placeholder]
) -> Iterator[Finding]:
    """Crossed, or closed before it opens."""
    if any(_is_lonely(tag) for tag in expected):
        return  # the source is no better
    for tag in found:
        if _is_lonely(tag):
            yield error("tag_broken", tag.span, text=tag.text)


def _is_lonely(tag: Placeholder) -> bool:
    return tag.partner is None and tag_role(tag.text)[0] != "alone"


def ampersands_check(pair: Pair) -> Iterator[Finding]:
    """A bare & where the source writes entities."""
    if "&" not in pair.target:
        return
    if any(each.kind is Kind.ENTITY for each in pair.in_source):
        for match in _BARE.finditer(pair.target_words):
            yield warning("bare_ampersand", match.span())
