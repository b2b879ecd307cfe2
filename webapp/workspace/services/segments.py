"""What people do to one segment. Each names the version that it has seen."""

from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from webapp.accounts.models import User
from webapp.common.errors import ApplicationError
from webapp.workspace.findings import elsewhere_of, finding_id, findings_columns
from webapp.workspace.hints import document_change
from webapp.workspace.models import Document, Segment, SegmentRevision
from webapp.workspace.permissions import Action, project_check
from webapp.workspace.selectors import segment_get
from webapp.workspace.services.remembering import segments_remember
from webapp.workspace.services.writing import (
    Change,
    conflict_of,
    segment_write,
    text_state,
)
from webapp.workspace.texts import checked_text, checked_words

State, Origin = Segment.State, Segment.Origin


@transaction.atomic
def segment_edit(
    *,
    person: User,
    document: Document,
    segment_id: int,
    version: int,
    target: str,
    origin: str = Origin.PERSON,
) -> Segment:
    """Save a person's text. Raises ConflictError when somebody else's came between.

    What only a machine wrote since is no conflict: the person's text replaces it.
    """
    target = checked_text(target)
    project_check(person=person, project=document.project, action=Action.TRANSLATE)
    number = document_change(document.pk)
    segment = segment_get(document=document, segment_id=segment_id)
    if segment.version != version and not _is_only_machine_since(segment, version):
        raise conflict_of(segment, version)
    change = Change(
        target=target,
        state=text_state(target),
        origin=origin if target else Origin.NONE,
        person=person,
        seconds=_seconds(segment, person),
    )
    return _write(segment, change, number)


@transaction.atomic
def segment_accept(
    *, person: User, document: Document, segment_id: int, version: int
) -> Segment:
    """The text is right as it stands."""
    segment, number = _open(person, document, segment_id, version, Action.TRANSLATE)
    _check_text(segment)
    change = Change(
        target=segment.target,
        state=State.EDITED,
        origin=segment.origin,
        person=person,
        seconds=_seconds(segment, person),
    )
    return _write(segment, change, number)


@transaction.atomic
def segment_approve(
    *, person: User, document: Document, segment_id: int, version: int
) -> Segment:
    """Reviewed: refused while a check finds an error, and perhaps to who wrote it."""
    segment, number = _open(person, document, segment_id, version, Action.REVIEW)
    approval_check(segment=segment, person=person)
    change = Change(
        target=segment.target,
        state=State.REVIEWED,
        origin=segment.origin,
        person=person,
        seconds=_seconds(segment, person),
    )
    return _write(segment, change, number)


@transaction.atomic
def segment_reject(
    *, person: User, document: Document, segment_id: int, version: int, reason: str
) -> Segment:
    """Back to whoever translates, with a reason to read."""
    reason = checked_words(reason)
    segment, number = _open(person, document, segment_id, version, Action.REVIEW)
    _check_text(segment)
    change = Change(
        target=segment.target,
        state=State.REJECTED,
        origin=segment.origin,
        person=person,
        reason=reason,
        seconds=_seconds(segment, person),
    )
    return _write(segment, change, number)


@transaction.atomic
def segment_restore(
    *, person: User, document: Document, segment_id: int, version: int, revision: int
) -> Segment:
    """The text after that revision comes back; 0: the one of the file."""
    segment, number = _open(person, document, segment_id, version, Action.TRANSLATE)
    target, origin = _text_of(segment, revision)
    change = Change(
        target=target, state=text_state(target), origin=origin, person=person
    )
    return _write(segment, change, number)


@transaction.atomic
def segment_dismiss(
    *, person: User, document: Document, segment_id: int, check: str, on: bool
) -> Segment:
    """Set a warning aside, or bring it back. Errors cannot be set aside."""
    project_check(person=person, project=document.project, action=Action.TRANSLATE)
    number = document_change(document.pk)
    segment = segment_get(document=document, segment_id=segment_id)
    severities = {
        found["severity"] for found in segment.checks if finding_id(found) == check
    }
    if "error" in severities:
        raise ApplicationError(_("An error cannot be set aside."), code="checks")
    kept = [other for other in segment.dismissed_checks if other != check]
    segment.dismissed_checks = [*kept, check] if on and severities else kept
    segment.change = number
    segment.save(update_fields=["dismissed_checks", "change"])
    return segment


def approval_check(*, segment: Segment, person: User) -> None:
    """Raises ApplicationError: empty, checks, own_work."""
    _check_text(segment)
    if segment.has_errors:
        raise ApplicationError(
            _("A check found an error. Correct it before you approve."), code="checks"
        )
    project = segment.document.project
    if segment.edited_by_id == person.pk and not project.may_approve_own:
        raise ApplicationError(
            _("Somebody else has to approve what you translated."), code="own_work"
        )


def _open(
    person: User, document: Document, segment_id: int, version: int, action: Action
) -> tuple[Segment, int]:
    """The segment as the person saw it, and the number of the change that begins."""
    project_check(person=person, project=document.project, action=action)
    number = document_change(document.pk)
    segment = segment_get(document=document, segment_id=segment_id)
    if segment.version != version:
        raise conflict_of(segment, version)
    return segment, number


def _is_only_machine_since(segment: Segment, version: int) -> bool:
    since = segment.revisions.filter(number__gt=version)
    people = since.exclude(
        person=None, after_origin__in=[Origin.MACHINE, Origin.MEMORY, Origin.SOURCE]
    )
    return version < segment.version and not people.exists()


def _write(segment: Segment, change: Change, number: int) -> Segment:
    is_same = (change.target, change.state) == (segment.target, segment.state)
    if is_same and not change.reason:
        return segment
    is_news = change.target != segment.target or segment.state not in Segment.DONE
    if change.target != segment.target:
        found = findings_columns(
            segment, change.target, elsewhere=elsewhere_of(segment)
        )
        change = replace(change, others=found)
    if not segment_write(segment=segment, change=change, number=number):
        raise conflict_of(segment, segment.version)
    if is_news and change.person and segment.state in Segment.DONE:
        segments_remember(
            document=segment.document, segments=[segment], person=change.person
        )
    return segment


def _check_text(segment: Segment) -> None:
    if not segment.target:
        raise ApplicationError(_("There is no translation yet."), code="empty")


def _text_of(segment: Segment, revision: int) -> tuple[str, str]:
    if revision == 0:
        text = segment.imported_target
        return text, Origin.IMPORT if text else Origin.NONE
    own = SegmentRevision.objects.filter(segment=segment, merged_source="")
    found = own.filter(number=revision).first()
    if found is None:
        raise ApplicationError(_("There is no such revision."), code="not_found")
    return found.after, found.after_origin


def _seconds(segment: Segment, person: User) -> float:
    """How long the person has had it in hand, or since they last changed it."""
    if segment.lock_holder_id != person.pk or segment.lock_taken_at is None:
        return 0.0
    own = segment.revisions.filter(person=person, merged_source="")
    changed_at = own.values_list("created_at", flat=True).first()
    since = max(segment.lock_taken_at, changed_at or segment.lock_taken_at)
    return max(0.0, (timezone.now() - since).total_seconds())
