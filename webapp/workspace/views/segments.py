"""What the editor reads of segments."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from webapp.accounts.views.answers import PersonRequest
from webapp.common.errors import ApplicationError
from webapp.workspace.listing import segment_index
from webapp.workspace.live.look import MOST_ROWS
from webapp.workspace.memory import memory_lookup
from webapp.workspace.memory.difference import difference
from webapp.workspace.models import Segment
from webapp.workspace.neighbours import sources_around
from webapp.workspace.permissions import roles_of
from webapp.workspace.rows import (
    comment_rows,
    counts_of,
    history_rows,
    people_rows,
    row_of,
    rows_since,
    segments_with_counts,
    source_row_of,
)
from webapp.workspace.selectors import document_get_ready, project_get, segment_get
from webapp.workspace.views.answers import Answer, as_json
from webapp.workspace.views.typing import term_rows

MOST_IDS = 200


@require_safe
@as_json
def index(request: PersonRequest, document_id: UUID) -> Answer:
    """GET filter, sort, q."""
    document = document_get_ready(person=request.user, document_id=document_id)
    ids = segment_index(
        person=request.user,
        document=document,
        filter=request.GET.get("filter", ""),
        sort=request.GET.get("sort", ""),
        query=request.GET.get("q", ""),
    )
    return {"change": document.change, "ids": ids, "counts": counts_of(document)}


@require_safe
@as_json
def rows(request: PersonRequest, document_id: UUID) -> Answer:
    """GET ids: at most 200, with commas between them."""
    document = document_get_ready(person=request.user, document_id=document_id)
    wanted = document.segments.filter(pk__in=_ids(request))
    found = segments_with_counts(wanted).order_by("position")
    return {
        "change": document.change,
        "rows": [source_row_of(segment) for segment in found],
    }


@require_safe
@as_json
def changes(request: PersonRequest, document_id: UUID) -> Answer:
    """GET since: a change that was seen. reload: there are too many to tell."""
    document = document_get_ready(person=request.user, document_id=document_id)
    since = _number(request.GET.get("since", ""))
    changed = rows_since(document, since, most=MOST_ROWS)
    if changed is None or document.structure > since:
        return {"change": document.change, "rows": [], "reload": True}
    return {
        "change": document.change,
        "rows": [row_of(segment) for segment in changed],
        "reload": False,
    }


@require_safe
@as_json
def detail(request: PersonRequest, document_id: UUID, segment_id: int) -> Answer:
    """All that is known of one segment, and what may help with it."""
    document = document_get_ready(person=request.user, document_id=document_id)
    segment = segment_get(document=document, segment_id=segment_id)
    return {
        "row": source_row_of(segment),
        "explanation": segment.explanation,
        "recipe": segment.recipe,
        "history": history_rows(segment),
        "imported_target": segment.imported_target,
        "comments": comment_rows(segment.pk),
        "memory": _memory(segment),
        "terms": term_rows(segment, segment.target),
    }


@require_safe
@as_json
def people(request: PersonRequest, project_id: UUID) -> Answer:
    """Who can be mentioned."""
    project = project_get(person=request.user, project_id=project_id)
    return {"people": people_rows(person for person, _role in roles_of(project))}


def _memory(segment: Segment) -> list[dict[str, Any]]:
    document = segment.document
    [(before, after)] = sources_around(document, [segment])
    matches = memory_lookup(
        project=document.project,
        target_language=document.target_language,
        source=segment.source,
        before=before,
        after=after,
    )
    return [
        {
            "source": match.source,
            "difference": difference(match.source, segment.source),
            "entry": match.entry_id,
            "target": match.target,
            "score": match.score,
            "origin": match.origin,
            "is_repaired": match.is_repaired,
        }
        for match in matches
    ]


def _ids(request: HttpRequest) -> Sequence[int]:
    ids = [_number(part) for part in request.GET.get("ids", "").split(",") if part]
    if len(ids) > MOST_IDS:
        raise ApplicationError(
            _("At most %(limit)s segments at once.") % {"limit": MOST_IDS}, code="ids"
        )
    return ids


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise ApplicationError(_("This is no number."), code="number")
    return int(text)
