"""The editor's page, and the file that leaves it."""

from dataclasses import asdict
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from webapp.accounts.views.plain_answers import PersonRequest, for_people
from webapp.common.errors import ApplicationError
from webapp.workspace.formats.languages import language_direction
from webapp.workspace.languages import language_label
from webapp.workspace.models import Document, Segment
from webapp.workspace.permissions import actions_of, role_in
from webapp.workspace.rows import counts_of, person_row, run_row
from webapp.workspace.selectors import document_get_ready, run_last
from webapp.workspace.services.exporting import Exported, document_export
from webapp.workspace.views.answers import Answer, as_json

_MOST_LEFT_OUT = 500  # who has more of them has one fault in all
_OF_DOCUMENT = {
    "index": "workspace_index",
    "segments": "workspace_segments",
    "changes": "workspace_changes",
    "run_start": "workspace_run_start",
    "bulk": "workspace_bulk",
    "replace": "workspace_replace",
    "undo": "workspace_undo",
    "operations": "workspace_operations",
    "merge": "workspace_merge",
    "split": "workspace_split",
    "export": "workspace_export",
}


@require_safe
@for_people
def editor(request: PersonRequest, document_id: UUID) -> HttpResponse:
    document = document_get_ready(person=request.user, document_id=document_id)
    may = actions_of(role_in(person=request.user, project=document.project) or "")
    run = run_row(run_last(document=document))
    context = {
        "project": document.project,
        "document": document,
        "may": may,
        "run": run,
        "counts": counts_of(document),
        "source_label": language_label(document.source_language),
        "target_label": language_label(document.target_language),
        "config": {
            **_addresses(document),
            "person": person_row(request.user),
            "may": may,
            "run": run,
            "source_language": document.source_language,
            "target_language": document.target_language,
            "source_dir": language_direction(document.source_language),
            "target_dir": language_direction(document.target_language),
        },
    }
    return render(request, "workspace/document.html", context)


@require_safe
@for_people
def export(request: PersonRequest, document_id: UUID) -> HttpResponse:
    """GET least: the state from which on translations count. A header says of how many
    segments the file keeps its own text; `export_left_out` says which."""
    exported = _exported(request, document_id)
    response = HttpResponse(exported.content, content_type="application/octet-stream")
    name = quote(exported.name)
    response["Content-Disposition"] = f"attachment; filename*=utf-8''{name}"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Segments-Left-Out"] = str(len(exported.left_out))
    return response


@require_safe
@as_json
def export_left_out(request: PersonRequest, document_id: UUID) -> Answer:
    """GET least, as for the file. At most 500 of them; `count` is that of all."""
    left_out = _exported(request, document_id).left_out
    rows = [asdict(one) for one in left_out[:_MOST_LEFT_OUT]]
    return {"count": len(left_out), "left_out": rows}


def _exported(request: PersonRequest, document_id: UUID) -> Exported:
    least = request.GET.get("least") or Segment.State.PRETRANSLATED
    if least not in (*Segment.DONE, Segment.State.PRETRANSLATED):
        raise ApplicationError("least: pretranslated, edited or reviewed")
    return document_export(person=request.user, document_id=document_id, least=least)


def _addresses(document: Document) -> dict[str, Any]:
    """Where its script reads and writes. `segment` and `run` end in what is meant."""
    addresses = {
        name: reverse(view, args=[document.pk]) for name, view in _OF_DOCUMENT.items()
    }
    return {
        **addresses,
        "socket": f"/ws/workspace/{document.pk}/",
        "segment": addresses["segments"],
        "run": addresses["run_start"],
        "mentions": reverse("workspace_mentions"),
        "people": reverse("workspace_people", args=[document.project_id]),
    }
