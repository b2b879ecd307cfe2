"""gettext catalogues and templates: .po, .pot."""

import re
from collections.abc import Mapping

from webapp.workspace.formats.changes import changed_units
from webapp.workspace.formats.format import Format
from webapp.workspace.formats.limits import DEFAULT_LIMITS, Limits, is_encodable
from webapp.workspace.formats.po_edits import PoEditor
from webapp.workspace.formats.po_header import header_edits, po_charset, po_header
from webapp.workspace.formats.po_scan import PoEntry, po_entries
from webapp.workspace.formats.po_units import po_units
from webapp.workspace.formats.text_source import Edit, TextSource, decode, splice
from webapp.workspace.formats.unit import ParsedFile, Translation, Unit, UnitState


def read(
    data: bytes,
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
) -> ParsedFile:
    source = _source(data, limits)
    entries = po_entries(source)
    header = po_header(entries, target_language=target_language)
    units = [unit for entry in entries for unit in po_units(source, entry, header)]
    return ParsedFile(
        format=FORMAT.name,
        units=limits.check_units(units),
        source_language=header.source_language,
        target_language=header.language,
        encoding=source.encoding,
    )


def write(
    original: bytes,
    translations: Mapping[str, Translation],
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
) -> bytes:
    """A template's header is filled in, and the file becomes UTF-8 if its encoding has
    not the translation's letters. Line breaks at the ends follow the source's, because
    msgfmt insists on it."""
    source = _source(original, limits)
    entries = po_entries(source)
    header = po_header(entries, target_language=target_language)
    units = [unit for entry in entries for unit in po_units(source, entry, header)]
    as_gettext = _as_gettext(units, translations)
    wanted = {
        unit.key: translation
        for unit, translation in changed_units(units, as_gettext, is_bilingual=True)
    }
    if not wanted:
        return original
    editor = PoEditor(source, header)
    edits = [edit for entry in entries for edit in _edits(editor, entry, wanted)]
    return _encoded(editor, entries, edits, target_language=target_language)


def _source(data: bytes, limits: Limits) -> TextSource:
    limits.check_size(data)
    return decode(data, limits=limits, declared=po_charset(data))


def _edits(
    editor: PoEditor, entry: PoEntry, wanted: Mapping[str, Translation]
) -> list[Edit]:
    return [] if entry.is_header else list(editor.entry_edits(entry, wanted))


def _encoded(
    editor: PoEditor,
    entries: list[PoEntry],
    edits: list[Edit],
    *,
    target_language: str,
) -> bytes:
    source = editor.source
    to_utf8 = not is_encodable("".join(edit.text for edit in edits), source.encoding)
    filled_in = list(
        header_edits(source, entries, target_language=target_language, to_utf8=to_utf8)
    )
    edits += filled_in
    for entry in entries:
        if entry.is_header and filled_in:  # a template's is marked fuzzy
            edits += editor.fuzzy_edits(entry, is_fuzzy=False)
    if to_utf8:
        return splice(source.text, edits).encode()
    return source.edited(edits)


def _as_gettext(
    units: list[Unit], translations: Mapping[str, Translation]
) -> dict[str, Translation]:
    """As gettext can hold them: it knows no approval, and no state without a text."""
    by_key = {unit.key: unit for unit in units}
    return {
        key: _held(translation, by_key.get(key))
        for key, translation in translations.items()
    }


def _held(translation: Translation, unit: Unit | None) -> Translation:
    text = translation.text
    if not text:
        return Translation("", UnitState.EMPTY)
    if unit is not None and text != unit.target:
        text = _with_line_breaks_of(unit.source, text)
    is_fuzzy = translation.state is UnitState.FUZZY
    return Translation(text, UnitState.FUZZY if is_fuzzy else UnitState.TRANSLATED)


def _with_line_breaks_of(source: str, text: str) -> str:
    if source.startswith("\n") != text.startswith("\n"):
        text = text.lstrip("\n") if text.startswith("\n") else f"\n{text}"
    if source.endswith("\n") != text.endswith("\n"):
        text = text.rstrip("\n") if text.endswith("\n") else f"{text}\n"
    return text


def _looks_right(beginning: str) -> bool:
    return bool(re.search(r'^[ \t]*(#~ ?)?msgid(\s|")', beginning, re.MULTILINE))


FORMAT = Format(
    name="po",
    extensions=(".po", ".pot"),
    read=read,
    write=write,
    looks_right=_looks_right,
    is_bilingual=True,
)
