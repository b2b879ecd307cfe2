"""What the editor changes that is more than one segment."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from webapp.accounts.views.answers import PersonRequest
from webapp.common.errors import ApplicationError
from webapp.workspace.machine import runs
from webapp.workspace.models import Operation
from webapp.workspace.rows import person_row, run_row, source_row_of
from webapp.workspace.selectors import document_get_ready
from webapp.workspace.services import operations, structure
from webapp.workspace.services.replacing import Search, replace_apply, replace_preview
from webapp.workspace.views.answers import Answer, as_json, body_of
from webapp.workspace.words import operation_message

Ids = Annotated[list[int], msgspec.Meta(max_length=100_000)]
MOST_SHOWN = 200  # hits of a search
MOST_OPERATIONS = 50

BULK = {
    "accept": operations.segments_accept,
    "approve": operations.segments_approve,
    "copy": operations.segments_copy_source,
    "clear": operations.segments_clear,
}
RUN = {
    "pause": runs.run_pause,
    "resume": runs.run_resume,
    "cancel": runs.run_cancel,
    "retry": runs.run_retry,
}


class Body(msgspec.Struct, forbid_unknown_fields=True):
    pass


class RunBody(Body):
    segments: Ids | None = None
    again: bool = False
    model: str = ""


class BulkBody(Body, kw_only=True):
    kind: Literal["accept", "approve", "copy", "clear"]
    segments: Ids


class ReplaceBody(Body, kw_only=True):
    find: str
    replacement: str = msgspec.field(name="with", default="")
    regex: bool = False
    case: bool = True
    segments: Ids | None = None
    apply: bool = False


class UndoBody(Body):
    operation: UUID


class MergeBody(Body):
    segment: int
    version: int


class SplitBody(Body, kw_only=True):
    segment: int
    version: int
    source_offset: int
    target_offset: int | None = None


@require_POST
@as_json
def run_start(request: PersonRequest, document_id: UUID) -> Answer:
    body = body_of(request, RunBody)
    run = runs.run_start(
        person=request.user,
        document_id=document_id,
        segment_ids=body.segments,
        again=body.again,
        model=body.model,
    )
    return {"run": run_row(run)}


@require_POST
@as_json
def run_change(request: PersonRequest, document_id: UUID, action: str) -> Answer:
    """action: pause, resume, cancel, retry."""
    if action not in RUN:
        raise ApplicationError(_("This cannot be done to a translation."))
    run = RUN[action](person=request.user, document_id=document_id)
    return {"run": run_row(run)}


@require_POST
@as_json
def bulk(request: PersonRequest, document_id: UUID) -> Answer:
    body = body_of(request, BulkBody)
    document = document_get_ready(person=request.user, document_id=document_id)
    operation = BULK[body.kind](
        person=request.user, document=document, segment_ids=body.segments
    )
    return {"operation": _operation(operation), "skipped": _skipped(body, operation)}


@require_POST
@as_json
def replace(request: PersonRequest, document_id: UUID) -> Answer:
    """What would change, or with `apply` what did."""
    body = body_of(request, ReplaceBody)
    document = document_get_ready(person=request.user, document_id=document_id)
    search = Search(
        body.find,
        body.replacement,
        is_regex=body.regex,
        is_case_sensitive=body.case,
    )
    if body.apply:
        operation = replace_apply(
            person=request.user,
            document=document,
            search=search,
            segment_ids=body.segments,
        )
        return {"operation": _operation(operation)}
    hits = replace_preview(
        person=request.user,
        document=document,
        search=search,
        segment_ids=body.segments,
    )
    shown = [
        {
            "segment": hit.segment_id,
            "version": hit.version,
            "before": hit.before,
            "after": hit.after,
        }
        for hit in hits[:MOST_SHOWN]
    ]
    return {"hits": shown, "total": len(hits)}


@require_POST
@as_json
def undo(request: PersonRequest, document_id: UUID) -> Answer:
    body = body_of(request, UndoBody)
    document = document_get_ready(person=request.user, document_id=document_id)
    undone = operations.operation_undo(
        person=request.user, document=document, operation_id=body.operation
    )
    return {"restored": undone.restored, "skipped": undone.skipped}


@require_safe
@as_json
def operation_list(request: PersonRequest, document_id: UUID) -> Answer:
    """The newest first."""
    document = document_get_ready(person=request.user, document_id=document_id)
    found = document.operations.filter(count__gt=0).select_related("person")
    return {"operations": [_operation(one) for one in found[:MOST_OPERATIONS]]}


@require_POST
@as_json
def merge(request: PersonRequest, document_id: UUID) -> Answer:
    body = body_of(request, MergeBody)
    document = document_get_ready(person=request.user, document_id=document_id)
    segment = structure.segments_merge(
        person=request.user,
        document=document,
        segment_id=body.segment,
        version=body.version,
    )
    return {"rows": [source_row_of(segment)]}


@require_POST
@as_json
def split(request: PersonRequest, document_id: UUID) -> Answer:
    body = body_of(request, SplitBody)
    document = document_get_ready(person=request.user, document_id=document_id)
    pair = structure.segment_cut(
        person=request.user,
        document=document,
        segment_id=body.segment,
        version=body.version,
        source_offset=body.source_offset,
        target_offset=body.target_offset,
    )
    return {"rows": [source_row_of(segment) for segment in pair]}


def _operation(operation: Operation) -> Answer:
    return {
        "id": str(operation.pk),
        "kind": operation.kind,
        "text": operation_message(operation),
        "count": operation.count,
        "person": person_row(operation.person),
        "created_at": operation.created_at.isoformat(),
        "undone": operation.undone_at is not None,
    }


def _skipped(body: BulkBody, operation: Operation) -> int:
    return len(set(body.segments)) - operation.count
