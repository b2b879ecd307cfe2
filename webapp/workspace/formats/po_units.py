"""The units of a gettext catalogue."""

import re
from collections.abc import Iterator

from webapp.workspace.formats.plurals import plural_examples, plural_rule
from webapp.workspace.formats.po_header import PoHeader
from webapp.workspace.formats.po_scan import PoEntry
from webapp.workspace.formats.text_source import TextSource
from webapp.workspace.formats.unit import (
    PlaceholderStyle,
    PluralForm,
    Unit,
    UnitState,
    unit_key,
)

_STYLES = {
    "python-format": PlaceholderStyle.PYTHON,
    "python-brace-format": PlaceholderStyle.BRACE,
    "csharp-format": PlaceholderStyle.BRACE,
    "java-format": PlaceholderStyle.BRACE,
    "icu-message-format": PlaceholderStyle.ICU,
}
_MAX_LENGTH = re.compile(r"max-length:\s*(\d{1,6})$")


def po_units(source: TextSource, entry: PoEntry, header: PoHeader) -> list[Unit]:
    """One for each form of a plural; none for the header."""
    if entry.is_header:
        return []
    if not entry.is_plural:
        return [_unit(source, entry, entry.msgid.text, entry.msgstrs[0].text, None)]
    texts = [one.text for one in entry.msgstrs] + [""] * header.num_forms
    return [
        _unit(source, entry, _source_of(entry, form), texts[form.index], form)
        for form in _forms(entry, header)
    ]


def _source_of(entry: PoEntry, form: PluralForm) -> str:
    """The singular only where a form is for one: a language without forms has all
    numbers in its only one."""
    is_only_form = 1 in form.examples and 2 in form.examples
    if 1 in form.examples and not is_only_form:
        return entry.msgid.text
    return entry.text("msgid_plural") or ""


def _forms(entry: PoEntry, header: PoHeader) -> Iterator[PluralForm]:
    categories = plural_rule(header.language).categories
    examples = plural_examples(header.expression, header.num_forms)
    for index in range(header.num_forms):
        category = categories[index] if index < len(categories) else "other"
        yield PluralForm(_key(entry), index, category, examples[index])


def _unit(
    source: TextSource,
    entry: PoEntry,
    text: str,
    target: str,
    form: PluralForm | None,
) -> Unit:
    flags = entry.flags
    lengths = [int(found[1]) for flag in flags if (found := _MAX_LENGTH.match(flag))]
    return Unit(
        # An empty part more than any other key has, so that no two are alike.
        key=_key(entry) if form is None else _key(entry, "", str(form.index)),
        source=text,
        target=target,
        context=entry.text("msgctxt") or "",
        note="\n".join([*entry.comments_of("."), *entry.comments_of(" ")]).strip(),
        location=" ".join(entry.comments_of(":")),
        line=source.line_of(entry.msgid.start),
        max_length=lengths[0] if lengths else None,
        plural=form,
        state=_state(target, flags),
        placeholders=_style(flags),
    )


def _key(entry: PoEntry, *more: str) -> str:
    context = entry.text("msgctxt")
    return unit_key(*([] if context is None else [context]), entry.msgid.text, *more)


def _state(target: str, flags: list[str]) -> UnitState:
    if not target:
        return UnitState.EMPTY
    return UnitState.FUZZY if "fuzzy" in flags else UnitState.TRANSLATED


def _style(flags: list[str]) -> PlaceholderStyle:
    for flag in flags:
        if flag in _STYLES:
            return _STYLES[flag]
        if flag.endswith("-format") and not flag.startswith("no-"):
            return PlaceholderStyle.PRINTF
    return PlaceholderStyle.NONE
