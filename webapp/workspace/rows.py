"""Segments, people, runs and comments as pages get them: the types of row_types.py."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from webapp.accounts.models import User
from webapp.workspace.findings import finding_rows
from webapp.workspace.models import Comment, Document, Segment, TranslationRun
from webapp.workspace.row_types import (
    CommentRow,
    Person,
    Row,
    RunRow,
    SourceRow,
)
from webapp.workspace.words import machine_error_message, run_message

# Long columns that only the open segment shows.
HEAVY = ("explanation", "recipe")
_LEAST_SECONDS = 1.0  # before a rate is worth telling


def segments_with_counts(segments: QuerySet[Segment]) -> QuerySet[Segment]:
    """As rows want them."""
    open_comments = Count("comments", filter=Q(comments__resolved_at=None))
    return (
        segments.annotate(num_comments=open_comments)
        .select_related("edited_by", "reviewed_by")
        .defer(*HEAVY)
    )


def person_row(person: User | None) -> Person | None:
    return {"id": str(person.pk), "name": str(person)} if person else None


def row_of(segment: Segment) -> Row:
    """Words are in the active language."""
    return {
        "id": segment.pk,
        "version": segment.version,
        "target": segment.target,
        "state": segment.state,
        "origin": segment.origin,
        "machine": segment.machine,
        "machine_text": segment.machine_text,
        "confidence": segment.confidence,
        "error": machine_error_message(segment.machine_error),
        "rejection": segment.rejection,
        "checks": finding_rows(segment),
        "edited_by": person_row(segment.edited_by),
        "reviewed_by": person_row(segment.reviewed_by),
        "comments": getattr(segment, "num_comments", 0),
        "history": segment.version,
    }


def source_row_of(segment: Segment) -> SourceRow:
    return {
        **row_of(segment),
        "position": segment.position,
        "unit": segment.unit,
        "part": segment.part,
        "plural": segment.plural,
        "plural_group": segment.plural_group,
        "plural_examples": segment.plural_examples,
        "source": segment.source,
        "context": segment.context,
        "notes": segment.notes,
        "max_length": segment.max_length,
        "location": segment.location,
        "placeholders": segment.placeholders,
        "codes": segment.codes,
    }


def rows_since(
    document: Document, change: int, *, most: int
) -> Sequence[Segment] | None:
    """Segments that changed after the document's change of that number; None where
    they are more than `most`."""
    changed = document.segments.filter(change__gt=change)
    found = list(segments_with_counts(changed).order_by("position")[: most + 1])
    return None if len(found) > most else found


def counts_of(document: Document) -> dict[str, int]:
    """Segments by state, and those that failed."""
    rows = document.segments.values_list("state").annotate(Count("pk")).order_by()
    failed = document.segments.filter(machine=Segment.Machine.FAILED).count()
    return (
        {state: 0 for state in Segment.State.values} | dict(rows) | {"failed": failed}
    )


def run_row(run: TranslationRun | None) -> RunRow | None:
    if run is None:
        return None
    rate = _rate(run)
    left = run.total - run.done - run.failed
    is_running = run.state == TranslationRun.State.RUNNING
    return {
        "id": str(run.pk),
        "model": run.model,
        "state": run.state,
        "total": run.total,
        "done": run.done,
        "failed": run.failed,
        "rate": round(rate, 2),
        "seconds_left": round(left / rate, 1) if rate and is_running else None,
        "message": run_message(run.reason),
    }


def _rate(run: TranslationRun) -> float:
    """Segments a second, since it was last gone on with."""
    if run.resumed_at is None:
        return 0.0
    until = run.finished_at or timezone.now()
    seconds = (until - run.resumed_at).total_seconds()
    done = run.done + run.failed - run.resumed_done
    return done / seconds if seconds >= _LEAST_SECONDS else 0.0


def comment_rows(segment_id: int) -> list[CommentRow]:
    """All of one segment, oldest first."""
    comments = Comment.objects.filter(segment=segment_id)
    return [
        _comment_row(comment)
        for comment in comments.select_related("person").prefetch_related("mentions")
    ]


def _comment_row(comment: Comment) -> CommentRow:
    return {
        "id": str(comment.pk),
        "segment": comment.segment_id,
        "person": person_row(comment.person),
        "text": comment.text,
        "created_at": comment.created_at.isoformat(),
        "resolved": comment.resolved_at is not None,
        "mentions": people_rows(comment.mentions.all()),
    }


def people_rows(people: Iterable[User]) -> list[Person]:
    return [{"id": str(person.pk), "name": str(person)} for person in people]


def history_rows(segment: Segment) -> list[dict[str, Any]]:
    """The newest first; number 0 is the file's own text."""
    revisions = segment.revisions.select_related("person", "operation")
    return [
        {
            "number": revision.number,
            "person": person_row(revision.person),
            "before": revision.before,
            "after": revision.after,
            "state": revision.after_state,
            "origin": revision.after_origin,
            "reason": revision.reason,
            "merged_source": revision.merged_source,
            "operation": str(revision.operation_id) if revision.operation_id else None,
            "created_at": revision.created_at.isoformat(),
        }
        for revision in revisions
    ]
