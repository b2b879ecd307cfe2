"""The header of a gettext catalogue: what it says, and filling in a template's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from webapp.workspace.formats.languages import gettext_locale, language_tag
from webapp.workspace.formats.plurals import expression_is_sound, plural_rule
from webapp.workspace.formats.po_scan import PoEntry
from webapp.workspace.formats.text_source import Edit, TextSource

MAX_FORMS = 10
_CHARSET = re.compile(rb"^\"?Content-Type:[^\n]*?charset=([\w.:-]+)", re.MULTILINE)
_PLURAL = re.compile(r"nplurals\s*=\s*(\d{1,2})\s*;\s*plural\s*=\s*([^;\n]+)")
_TEMPLATE_CHARSETS = {"charset", "ascii", "us-ascii"}
# A header's line, which may go on over several quoted strings.
_REST_OF_LINE = r'(?:[^"\\\n]|\\[^n]|"\s*"(?![\w-]+:))*\\n"'


@dataclass(frozen=True, slots=True)
class PoHeader:
    language: str
    source_language: str
    num_forms: int
    expression: str
    states_plurals: bool  # else they are those of the language


def po_charset(data: bytes) -> str:
    """The encoding that the file declares; UTF-8 for a template's placeholder."""
    found = _CHARSET.search(data)
    charset = found[1].decode("ascii", "replace") if found else ""
    return "" if charset.lower() in _TEMPLATE_CHARSETS else charset


def po_header(entries: list[PoEntry], *, target_language: str) -> PoHeader:
    fields = header_fields(entries)
    language = language_tag(fields.get("language", ""))
    rule = plural_rule(target_language or language)
    found = _PLURAL.search(fields.get("plural-forms", ""))
    stated = (int(found[1]), found[2].strip()) if found else (0, "")
    is_stated = 0 < stated[0] <= MAX_FORMS and expression_is_sound(stated[1], stated[0])
    num_forms, expression = stated if is_stated else (rule.num_forms, rule.expression)
    return PoHeader(
        language=language,
        source_language=language_tag(fields.get("x-source-language", "")),
        num_forms=num_forms,
        expression=expression,
        states_plurals=is_stated,
    )


def header_fields(entries: list[PoEntry]) -> dict[str, str]:
    """By lower-case name; empty without a header."""
    text = next((one.msgstrs[0].text for one in entries if one.is_header), "")
    pairs = (line.partition(":") for line in text.split("\n") if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def header_edits(
    source: TextSource,
    entries: list[PoEntry],
    *,
    target_language: str,
    to_utf8: bool,
) -> Iterator[Edit]:
    """What a template leaves open and a translated catalogue has to say. Nothing that
    is stated already is touched."""
    fields = header_fields(entries)
    wanted = {}
    if not fields.get("language") and target_language:
        wanted["Language"] = gettext_locale(target_language)
    has_plurals = any(entry.is_plural for entry in entries)
    header = po_header(entries, target_language=target_language)
    if has_plurals and not header.states_plurals:
        wanted["Plural-Forms"] = plural_rule(target_language).header
    charset = re.search(r"charset=(\S+)", fields.get("content-type", ""))
    if to_utf8 or not charset or charset[1].lower() in _TEMPLATE_CHARSETS:
        wanted["Content-Type"] = "text/plain; charset=UTF-8"
    entry = next((one for one in entries if one.is_header), None)
    if entry is None:
        yield _new_header(source, wanted)
        return
    for name, value in wanted.items():
        yield _field_edit(source, entry, name, value)


def _new_header(source: TextSource, fields: dict[str, str]) -> Edit:
    lines = ['msgid ""', 'msgstr ""']
    lines += [f'"{name}: {value}\\n"' for name, value in fields.items()]
    return Edit(0, 0, source.newline.join([*lines, "", ""]))


def _field_edit(source: TextSource, entry: PoEntry, name: str, value: str) -> Edit:
    """In place of the header's line of that name, or below its last one."""
    place = entry.msgstrs[0]
    line = f'"{name}: {value}\\n"'
    pattern = re.compile(rf'"{name}:{_REST_OF_LINE}', re.IGNORECASE)
    found = pattern.search(source.text, place.value_start, place.end)
    if found:
        return Edit(*found.span(), line)
    return Edit(place.end, place.end, source.newline + line)
