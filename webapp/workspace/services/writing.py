"""The one way in which a segment's translation changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from webapp.accounts.models import User
from webapp.common.errors import ApplicationError
from webapp.workspace.findings import findings_columns
from webapp.workspace.models import Operation, Segment, SegmentRevision

MAX_WORK_SECONDS = 600.0  # of one change: longer than that nobody thinks about it

# Columns beside the text that an undo brings back.
_KEPT = (
    "edited_by_id",
    "edited_at",
    "reviewed_by_id",
    "reviewed_at",
    "rejection",
    "checks",
    "has_errors",
)

State, Origin = Segment.State, Segment.Origin


class ConflictError(ApplicationError):
    """Somebody was faster. Its three sides are what a merge needs."""

    def __init__(
        self, *, base: str, theirs: str, version: int, person: User | None
    ) -> None:
        super().__init__(
            _("Somebody changed this segment meanwhile. Compare the two."),
            code="conflict",
        )
        self.base = base  # what the person began from
        self.theirs = theirs  # what is stored
        self.version = version  # of what is stored: save over it
        self.person = person


@dataclass(frozen=True, slots=True)
class Change:
    """What a segment becomes. person None: a model, the memory or a file did it."""

    target: str
    state: str
    origin: str
    person: User | None = None
    operation: Operation | None = None
    reason: str = ""
    seconds: float = 0.0
    others: Mapping[str, Any] = field(default_factory=dict)  # more columns


def segment_write(*, segment: Segment, change: Change, number: int) -> bool:
    """If it still is as `segment` knows it. False: its version is another one now.

    `number` is that of the document's change (hints.document_change).
    """
    values = _values(segment, change, number)
    row = Segment.objects.filter(pk=segment.pk, version=segment.version)
    if not row.update(**values):
        return False
    _revision(segment, change).save(force_insert=True)
    _take(segment, values)
    return True


def change_take(
    segment: Segment, change: Change, number: int
) -> tuple[SegmentRevision, Mapping[str, Any]]:
    """Of one in memory: its revision and the columns that changed, both to be saved."""
    values = _values(segment, change, number)
    revision = _revision(segment, change)
    _take(segment, values)
    return revision, values


def conflict_of(segment: Segment, version: int) -> ConflictError:
    """Between who saw `version` and what `segment` is now."""
    segment.refresh_from_db()
    seen = segment.revisions.filter(number=version).values_list("after", flat=True)
    base = seen.first()
    return ConflictError(
        base=segment.imported_target if base is None else base,
        theirs=segment.target,
        version=segment.version,
        person=segment.edited_by,
    )


def text_state(target: str) -> str:
    """What a person's text makes of a segment."""
    return State.EDITED if target else State.EMPTY


def _values(segment: Segment, change: Change, number: int) -> dict[str, Any]:
    return {
        "target": change.target,
        "state": change.state,
        "origin": change.origin,
        "version": segment.version + 1,
        "change": number,
        "rejection": change.reason if change.state == State.REJECTED else "",
        **_people(segment, change),
        **_findings(segment, change),
        **_failure(segment, change),
        **change.others,
    }


def _findings(segment: Segment, change: Change) -> dict[str, Any]:
    """Of the new text, unless the caller knows them."""
    if change.target == segment.target or "checks" in change.others:
        return {}
    return findings_columns(segment, change.target)


def _failure(segment: Segment, change: Change) -> dict[str, Any]:
    """That a model failed stays to be seen until there is another text, or somebody
    says that the old one is right."""
    is_settled = change.target != segment.target or change.state in Segment.DONE
    if segment.machine != Segment.Machine.FAILED or not is_settled:
        return {}
    return {"machine": Segment.Machine.IDLE, "machine_error": {}}


def _people(segment: Segment, change: Change) -> dict[str, Any]:
    """Who is answerable for the text, and who approved it."""
    now = timezone.now()
    person_id = change.person.pk if change.person else None
    is_review = change.state in (State.REVIEWED, State.REJECTED)
    is_written = change.target != segment.target or change.state == State.EDITED
    return {
        "reviewed_by_id": person_id if is_review else None,
        "reviewed_at": now if is_review else None,
        "edited_by_id": person_id if is_written else segment.edited_by_id,
        "edited_at": now if is_written else segment.edited_at,
    }


def _take(segment: Segment, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(segment, name, value)


def _revision(segment: Segment, change: Change) -> SegmentRevision:
    return SegmentRevision(
        segment=segment,
        number=segment.version + 1,
        person=change.person,
        operation=change.operation,
        before=segment.target,
        after=change.target,
        before_state=segment.state,
        after_state=change.state,
        before_origin=segment.origin,
        after_origin=change.origin,
        before_values=values_keep(segment) if change.operation else {},
        reason=change.reason,
        seconds=min(change.seconds, MAX_WORK_SECONDS),
    )


def values_keep(segment: Segment) -> dict[str, Any]:
    """As JSON, for an undo."""
    return {name: _plain(getattr(segment, name)) for name in _KEPT}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID | datetime) else value


def values_restore(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a segment, from what was kept."""
    return {name: _restored(name, value) for name, value in kept.items()}


def _restored(name: str, value: Any) -> Any:
    if value and name.endswith("_at"):
        return parse_datetime(value)
    if value and name.endswith("_id"):
        return UUID(value)
    return value
