"""The original file with the translations of now."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from webapp.accounts.models import User
from webapp.workspace.file_words import FileError, file_message
from webapp.workspace.formats.forgiving import write_what_fits
from webapp.workspace.formats.guarded import guarded_write
from webapp.workspace.formats.problem import FormatError
from webapp.workspace.formats.registry import format_named
from webapp.workspace.formats.unit import Translation
from webapp.workspace.models import Document, Segment
from webapp.workspace.selectors import document_get_ready
from webapp.workspace.unit_segments import translation_of


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A segment that the file keeps as it was, for it cannot hold the translation."""

    segment: int
    number: int  # in the document, counts from 1
    source: str
    reason: str  # a sentence, in the active language


@dataclass(frozen=True, slots=True)
class Exported:
    name: str
    content: bytes
    left_out: tuple[LeftOut, ...] = ()


def document_export(
    *,
    person: User,
    document_id: uuid.UUID,
    least: str = Segment.State.PRETRANSLATED,
) -> Exported:
    """Byte for byte the original where nothing was translated.

    least: of segments that are not as far as this state the file keeps what it had,
    and so it does of those whose text the format cannot hold.
    Raises ApplicationError: not_ready while it is being read.
    """
    document = document_get_ready(person=person, document_id=document_id)
    original = bytes(document.file.content)
    try:
        content, errors = write_what_fits(
            lambda translations: _write(document, original, translations),
            _translations(document, least),
        )
    except FormatError as error:
        raise FileError.of(error) from error
    return Exported(document.name, content, _left_out(document, errors))


def _write(
    document: Document, original: bytes, translations: Mapping[str, Translation]
) -> bytes:
    format_ = format_named(document.format)
    languages: Any = {
        "source_language": document.source_language,
        "target_language": document.target_language,
    }
    if format_.is_archive:  # it is unpacked again
        return guarded_write(format_, original, translations, **languages)
    return format_.write(original, translations, **languages)


def _left_out(document: Document, errors: Sequence[FormatError]) -> tuple[LeftOut, ...]:
    """One for each text of the file, in its order."""
    by_unit = {str(error.params["key"]): error for error in errors}
    segments = document.segments.filter(unit__in=by_unit)
    # Of a text in sentences, the one that a check found to be wrong, or the first.
    blamed = {
        segment.unit: segment
        for segment in segments.order_by("has_errors", "-position")
    }
    rows = sorted(blamed.values(), key=lambda segment: segment.position)
    return tuple(_row(segment, by_unit[segment.unit]) for segment in rows)


def _row(segment: Segment, error: FormatError) -> LeftOut:
    number = segment.position + 1
    params = {**error.params, "key": f"#{number}"}
    reason = file_message(str(error.problem), params)
    return LeftOut(segment.pk, number, segment.source, reason)


def _translations(document: Document, least: str) -> dict[str, Translation]:
    """Of the units that somebody or something changed."""
    changed = document.segments.filter(version__gt=0).values("unit")
    rows = document.segments.filter(unit__in=changed).order_by("position")
    groups = groupby(rows.only(*_COLUMNS), key=lambda segment: segment.unit)
    translations: dict[str, Translation] = {}
    for unit, group in groups:
        segments = list(group)
        found = translation_of(segments, least=least)
        if found is not None:
            translations[unit] = found
    return translations


_COLUMNS = (
    "unit",
    "position",
    "lead",
    "source",
    "trail",
    "target",
    "imported_target",
    "state",
)
