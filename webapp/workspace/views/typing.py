"""What the checks and the terms say of a text while somebody types it."""

from typing import Any
from uuid import UUID

import msgspec
from django.views.decorators.http import require_POST

from webapp.accounts.views.answers import PersonRequest
from webapp.workspace.findings import elsewhere_of, finding_rows, findings_columns
from webapp.workspace.models import Segment
from webapp.workspace.protocol import Text
from webapp.workspace.selectors import document_get_ready, segment_get
from webapp.workspace.terms import TermUse, term_uses
from webapp.workspace.terms.selectors import terms_in
from webapp.workspace.views.answers import Answer, as_json, body_of


class TypedBody(msgspec.Struct, forbid_unknown_fields=True):
    target: Text


@require_POST
@as_json
def look(request: PersonRequest, document_id: UUID, segment_id: int) -> Answer:
    """POST target. Nothing is saved."""
    target = body_of(request, TypedBody).target
    document = document_get_ready(person=request.user, document_id=document_id)
    segment = segment_get(document=document, segment_id=segment_id)
    found = findings_columns(segment, target, elsewhere=elsewhere_of(segment))
    segment.checks = found["checks"]
    return {"checks": finding_rows(segment), "terms": term_rows(segment, target)}


def term_rows(segment: Segment, target: str) -> list[dict[str, Any]]:
    """The terms of the source, and how this target treats each."""
    document = segment.document
    hits = terms_in(
        project=document.project,
        target_language=document.target_language,
        source=segment.source,
    )
    uses = term_uses(hits, target, document.target_language)
    return [_term_row(use) for use in uses]


def _term_row(use: TermUse) -> dict[str, Any]:
    return {
        "text": use.hit.text,
        "start": use.hit.start,
        "end": use.hit.end,
        "targets": use.hit.targets,
        "forbidden": use.hit.forbidden,
        "is_untranslatable": use.hit.is_untranslatable,
        "explanation": use.hit.explanation,
        "status": use.status,
        "spans": use.spans,
    }
