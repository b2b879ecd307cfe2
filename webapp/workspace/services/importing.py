"""Documents from files: the whole file, or nothing of it."""

import hashlib
import logging
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from webapp.accounts.models import User
from webapp.common.errors import ApplicationError
from webapp.generation.dispatch import task_wake
from webapp.workspace.file_words import (
    IMPORT_LOST,
    NOTHING,
    RULES_TOO_SLOW,
    FileError,
)
from webapp.workspace.findings import findings_set
from webapp.workspace.formats.guarded import guarded_read
from webapp.workspace.formats.limits import DEFAULT_LIMITS
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.registry import format_named, format_of_file
from webapp.workspace.formats.unit import Unit
from webapp.workspace.hints import document_change
from webapp.workspace.import_progress import progress_end, progress_set
from webapp.workspace.models import Document, DocumentFile, Segment
from webapp.workspace.permissions import Action
from webapp.workspace.segmentation import SrxError
from webapp.workspace.selectors import project_get
from webapp.workspace.services.projects import language_checked
from webapp.workspace.services.segmentation_rules import segmenter_of
from webapp.workspace.terms.glossary import glossary_get
from webapp.workspace.texts import checked_name
from webapp.workspace.unit_segments import segments_of, words_count

log = logging.getLogger(__name__)

IMPORT_TASK = "workspace.import"
AT_ONCE_BYTES = 256 * 1024  # larger files are read behind the page's back
MAX_ATTEMPTS = 3
LEASE_SECONDS = 300
_BATCH = 500

State = Document.State


def document_import(
    *,
    person: User,
    project_id: uuid.UUID,
    name: str,
    content: bytes,
    target_language: str,
    at_once_bytes: int | None = None,  # None: AT_ONCE_BYTES
) -> Document:
    """A small file is read at once, and refused without a trace; a larger one later.

    Raises ApplicationError: forbidden, language, and what is wrong with the file.
    """
    project = project_get(person=person, project_id=project_id, action=Action.MANAGE)
    language = language_checked(target_language)
    if language not in project.target_languages:
        raise ApplicationError(
            _("The project is not translated into this language."), code="language"
        )
    document = Document(
        project=project,
        name=checked_name(name, limit=255),
        format=_format_name(name, content),
        target_language=language,
        created_by=person,
    )
    limit = AT_ONCE_BYTES if at_once_bytes is None else at_once_bytes
    is_read_at_once = len(content) <= limit
    # Before the transaction: taking a file apart takes a while.
    segments = _read(document, content) if is_read_at_once else []
    with transaction.atomic():
        _save(document, content)
        if is_read_at_once:
            _insert(document, segments)
        else:
            transaction.on_commit(lambda: task_wake(IMPORT_TASK, str(document.pk)))
    return document


def document_read(*, document_id: uuid.UUID) -> None:
    """In the background. Who else is at it already is left to it."""
    if not _claim(document_id):
        return
    document = Document.objects.select_related("project", "file").get(pk=document_id)
    try:
        segments = _read(document, bytes(document.file.content))
        with transaction.atomic():
            _insert(document, segments)
    except FileError as error:
        _fail(document, error.details)
    finally:
        progress_end(document_id)


def imports_sweep() -> None:
    """Those whose reader was lost, or never told, are read again; but not for ever."""
    waiting = Document.objects.filter(state=State.IMPORTING, deleted_at=None)
    lost = waiting.filter(_unclaimed(), created_at__lt=_ago(seconds=5))
    for document in lost.order_by("created_at")[:20]:
        if document.import_attempts >= MAX_ATTEMPTS:
            _fail(document, {"code": IMPORT_LOST})
        else:
            task_wake(IMPORT_TASK, str(document.pk))


def _format_name(name: str, content: bytes) -> str:
    if len(content) > DEFAULT_LIMITS.max_bytes:
        raise FileError(
            Problem.TOO_LARGE,
            {"size": len(content), "limit": DEFAULT_LIMITS.max_bytes},
        )
    try:
        return format_of_file(name, content).name
    except FormatError as error:
        raise FileError.of(error) from error


def _save(document: Document, content: bytes) -> None:
    document.save(force_insert=True)
    DocumentFile.objects.create(
        document=document,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _read(document: Document, content: bytes) -> list[Segment]:
    """Checked, and not saved. Raises FileError."""
    segments = _segments(document, _units(document, content))
    _check(document, segments)
    return segments


def _units(document: Document, content: bytes) -> Sequence[Unit]:
    """Raises FileError."""
    try:
        parsed = guarded_read(
            format_named(document.format),
            content,
            source_language=document.source_language,
            target_language=document.target_language,
        )
    except FormatError as error:
        raise FileError.of(error) from error
    if not any(unit.is_translatable for unit in parsed.units):
        raise FileError(NOTHING, {})
    return parsed.units


def _insert(document: Document, segments: Sequence[Segment]) -> None:
    """All of them, inside the caller's transaction."""
    change = document_change(document.pk)
    done = 0
    for chunk in _chunks(segments):
        for segment in chunk:
            segment.change = change
        Segment.objects.bulk_create(chunk)
        done += len(chunk)
        progress_set(document.pk, done / len(segments))
    document.state, document.structure = State.READY, change
    document.num_segments = len(segments)
    document.num_words = sum(words_count(segment.source) for segment in segments)
    document.save(update_fields=["state", "structure", "num_segments", "num_words"])


def _segments(document: Document, units: Sequence[Unit]) -> list[Segment]:
    """Raises FileError."""
    segmenter = segmenter_of(document.project)
    try:
        return list(segments_of(units, document=document, segmenter=segmenter))
    except SrxError as error:
        raise FileError(RULES_TOO_SLOW, {}) from error


def _check(document: Document, segments: Sequence[Segment]) -> None:
    """The translations that the file brings along."""
    glossary = glossary_get(document.project, document.target_language)
    plurals: dict[str, list[Segment]] = defaultdict(list)
    for segment in segments:
        if segment.plural_group:
            plurals[segment.plural_group].append(segment)
    for segment in segments:
        forms = plurals.get(segment.plural_group, ())
        others = [form.target for form in forms if form is not segment]
        findings_set(segment, glossary=glossary, forms=others)


def _chunks(segments: Sequence[Segment]) -> Iterable[Sequence[Segment]]:
    for start in range(0, len(segments), _BATCH):
        yield segments[start : start + _BATCH]


def _claim(document_id: uuid.UUID) -> bool:
    waiting = Document.objects.filter(_unclaimed(), pk=document_id)
    return bool(
        waiting.filter(state=State.IMPORTING).update(
            import_lease_at=timezone.now() + timedelta(seconds=LEASE_SECONDS),
            import_attempts=F("import_attempts") + 1,
        )
    )


def _unclaimed() -> Q:
    return Q(import_lease_at=None) | Q(import_lease_at__lt=timezone.now())


def _ago(*, seconds: float) -> datetime:
    return timezone.now() - timedelta(seconds=seconds)


def _fail(document: Document, details: dict[str, object]) -> None:
    document.state, document.error = State.FAILED, details
    document.save(update_fields=["state", "error"])
