"""Changes of many segments: each is one operation, and is undone as one."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from webapp.accounts.models import User
from webapp.common.errors import ApplicationError
from webapp.workspace.hints import document_change
from webapp.workspace.models import (
    Document,
    Operation,
    Segment,
    SegmentRevision,
    TranslationRun,
)
from webapp.workspace.permissions import Action, project_check
from webapp.workspace.selectors import operation_get
from webapp.workspace.services.remembering import segments_forget, segments_remember
from webapp.workspace.services.segments import approval_check
from webapp.workspace.services.writing import Change, values_restore
from webapp.workspace.services.writing_many import segments_write

_CHUNK = 5_000  # ids in one statement
State, Origin, Kind = Segment.State, Segment.Origin, Operation.Kind
Wanted = Callable[[Segment], Change | None]  # None: leave it as it is


@dataclass(frozen=True, slots=True)
class Undone:
    restored: int
    skipped: int  # changed since, by somebody who must not lose it


@transaction.atomic
def segments_accept(
    *, person: User, document: Document, segment_ids: Sequence[int]
) -> Operation:
    """Pretranslations that are right as they stand."""

    def accept(segment: Segment) -> Change | None:
        if segment.state != State.PRETRANSLATED:
            return None
        return Change(segment.target, State.EDITED, segment.origin, person)

    return _operate(person, document, segment_ids, Kind.ACCEPT, accept)


@transaction.atomic
def segments_approve(
    *, person: User, document: Document, segment_ids: Sequence[int]
) -> Operation:
    """All but those that may not be approved: empty, with an error, or own work."""

    def approve(segment: Segment) -> Change | None:
        if segment.state == State.REVIEWED:
            return None
        try:
            approval_check(segment=segment, person=person)
        except ApplicationError:
            return None
        return Change(segment.target, State.REVIEWED, segment.origin, person)

    return _operate(person, document, segment_ids, Kind.APPROVE, approve)


@transaction.atomic
def segments_copy_source(
    *, person: User, document: Document, segment_ids: Sequence[int]
) -> Operation:
    """The source becomes the text of those that have none."""

    def copy(segment: Segment) -> Change | None:
        if segment.target:
            return None
        return Change(segment.source, State.EDITED, Origin.SOURCE, person)

    return _operate(person, document, segment_ids, Kind.COPY, copy)


@transaction.atomic
def segments_clear(
    *, person: User, document: Document, segment_ids: Sequence[int]
) -> Operation:
    def clear(segment: Segment) -> Change | None:
        return Change("", State.EMPTY, Origin.NONE, person) if segment.target else None

    return _operate(person, document, segment_ids, Kind.CLEAR, clear)


@transaction.atomic
def segments_change(
    *,
    person: User,
    document: Document,
    segment_ids: Sequence[int],
    kind: str,
    wanted: Wanted,
) -> Operation:
    """Whatever `wanted` says of each, as one operation."""
    return _operate(person, document, segment_ids, kind, wanted)


_ACTIONS = {Kind.APPROVE: Action.REVIEW}


def _operate(
    person: User,
    document: Document,
    segment_ids: Sequence[int],
    kind: str,
    wanted: Wanted,
) -> Operation:
    action = _ACTIONS.get(Kind(kind), Action.TRANSLATE)
    project_check(person=person, project=document.project, action=action)
    number = document_change(document.pk)
    operation = Operation.objects.create(document=document, person=person, kind=kind)
    changes = _wanted(operation, _locked(document, segment_ids), wanted)
    news = [segment for segment, change in changes if _is_news(segment, change)]
    segments_write(changes=changes, number=number)
    segments_remember(document=document, segments=news, person=person)
    operation.count = len(changes)
    operation.save(update_fields=["count"])
    return operation


def _is_news(segment: Segment, change: Change) -> bool:
    """A translation that nobody had vouched for before. A source that was copied is
    none until somebody has looked at it."""
    if change.state not in Segment.DONE or not change.target:
        return False
    if change.origin == Origin.SOURCE:
        return change.state == State.REVIEWED != segment.state
    return change.target != segment.target or segment.state not in Segment.DONE


def _wanted(
    operation: Operation, segments: Iterable[Segment], wanted: Wanted
) -> list[tuple[Segment, Change]]:
    pairs = ((segment, wanted(segment)) for segment in segments)
    return [
        (segment, replace(change, operation=operation))
        for segment, change in pairs
        if change is not None
    ]


def _locked(document: Document, segment_ids: Sequence[int]) -> Iterable[Segment]:
    """In one order for all, so that two operations cannot wait for each other."""
    ids = sorted(set(segment_ids))
    for start in range(0, len(ids), _CHUNK):
        rows = document.segments.filter(pk__in=ids[start : start + _CHUNK])
        for segment in rows.order_by("pk").select_for_update(of=("self",)):
            segment.document = document
            yield segment


@transaction.atomic
def operation_undo(
    *, person: User, document: Document, operation_id: uuid.UUID
) -> Undone:
    """Each segment as it was before, but for those that somebody changed since."""
    project_check(person=person, project=document.project, action=Action.TRANSLATE)
    operation = operation_get(document=document, operation_id=operation_id)
    action = _ACTIONS.get(Kind(operation.kind), Action.TRANSLATE)
    project_check(person=person, project=document.project, action=action)
    number = document_change(document.pk)
    operation.refresh_from_db(fields=["undone_at"])
    if operation.undone_at is not None:
        raise ApplicationError(_("This was undone already."), code="undone")
    if TranslationRun.objects.filter(
        operation=operation, state__in=TranslationRun.OPEN
    ).exists():
        raise ApplicationError(
            _("The machine translation goes on still. Cancel it, and undo it then."),
            code="running",
        )
    restored = _restore_all(operation, person, number)
    operation.undone_at, operation.undone_by = timezone.now(), person
    operation.save(update_fields=["undone_at", "undone_by"])
    return Undone(restored, operation.revisions.count() - restored)


def _restore_all(operation: Operation, person: User, number: int) -> int:
    """How many were as the operation had left them, and are as before again."""
    revisions = operation.revisions.filter(merged_source="")
    changed = {revision.segment_id: revision for revision in revisions}
    changes = [
        (segment, _before(revision, person))
        for segment in _locked(operation.document, list(changed))
        for revision in [changed[segment.pk]]
        if _is_as_left(segment, revision)
    ]
    _unlearn(operation, [segment for segment, _change in changes])
    rewritten = [one for one, change in changes if change.target != one.target]
    segments_write(changes=changes, number=number)
    _relearn(operation, rewritten)
    return len(changes)


def _unlearn(operation: Operation, segments: Sequence[Segment]) -> None:
    """The memory forgets what it learnt of the operation."""
    segments_forget(
        document=operation.document,
        segments=[segment for segment in segments if segment.state in Segment.DONE],
        person=operation.person,
        since=operation.created_at,
    )


def _relearn(operation: Operation, segments: Sequence[Segment]) -> None:
    """It says again what it said of texts that somebody had vouched for."""
    vouched = [
        segment
        for segment in segments
        if segment.state in Segment.DONE and segment.origin != Origin.SOURCE
    ]
    people = {one.edited_by_id for one in vouched if one.edited_by_id is not None}
    for person in User.objects.filter(pk__in=people):
        segments_remember(
            document=operation.document,
            segments=[one for one in vouched if one.edited_by_id == person.pk],
            person=person,
        )


def _is_as_left(segment: Segment, revision: SegmentRevision) -> bool:
    """By what it says: what came after may have been undone itself."""
    return (segment.target, segment.state, segment.origin) == (
        revision.after,
        revision.after_state,
        revision.after_origin,
    )


def _before(revision: SegmentRevision, person: User) -> Change:
    return Change(
        revision.before,
        revision.before_state,
        revision.before_origin,
        person,
        others=values_restore(revision.before_values),
    )
