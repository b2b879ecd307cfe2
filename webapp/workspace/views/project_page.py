"""What a project's page shows, whole or in part."""

import hashlib
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from webapp.accounts.views.plain_answers import PersonRequest
from webapp.workspace.import_form import ImportForm
from webapp.workspace.model_fit import model_fit
from webapp.workspace.models import Document, Project, ProjectMember
from webapp.workspace.overview import DocumentLine, document_lines
from webapp.workspace.people import people_lines
from webapp.workspace.permissions import actions_for
from webapp.workspace.services.importing_many import Imported


def project_page(
    request: PersonRequest,
    project: Project,
    form: ImportForm,
    *,
    imported: Imported | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        **_documents(request, project),
        "members": people_lines(project=project),
        "roles": ProjectMember.Role.choices,
        "form": form,
        "imported": imported,
        "fit": model_fit(
            model=project.model,
            source_language=project.source_language,
            target_languages=project.target_languages,
        ),
    }
    return render(request, "workspace/project.html", context, status=status)


def documents_fragment(
    request: PersonRequest, project: Project, *, removed: Document | None = None
) -> HttpResponse:
    """204 where the list is as GET seen says the page has it: nothing moves then under
    the hand of somebody who reads."""
    context = _documents(request, project)
    if request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=204)
    response = render(request, "workspace/_documents.html", context)
    if removed is not None:
        undo = {"document": removed}
        response.write(render_to_string("workspace/_undo.html", undo, request))
    return response


def _documents(request: PersonRequest, project: Project) -> dict[str, Any]:
    """Of one language where GET language names it."""
    lines = document_lines(project=project, person=request.user)
    languages = {line.document.target_language for line in lines}
    language = request.GET.get("language", "")
    language = language if language in languages else ""
    shown = [line for line in lines if language in ("", line.document.target_language)]
    may = actions_for(person=request.user, project=project)
    return {
        "project": project,
        "may": may,
        "documents": shown,
        "language": language,
        "languages": sorted(languages),
        "num_waiting": sum(line.num_waiting for line in lines),
        "num_startable": sum(line.is_startable for line in lines),
        "is_busy": any(line.is_busy for line in lines),
        "seen": _fingerprint([language, may, *map(_state, shown)]),
    }


def _state(line: DocumentLine) -> list[Any]:
    return [
        line.document.pk,
        line.document.name,
        line.document.state,
        line.percent_read,
        line.counts,
        line.num_waiting,
        line.run and [line.run[name] for name in ("state", "done", "failed", "total")],
    ]


def _fingerprint(parts: list[Any]) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
