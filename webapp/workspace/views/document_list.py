"""Documents that come into a project, and leave it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from webapp.accounts.views.plain_answers import PersonRequest, for_people
from webapp.workspace.import_form import ImportForm
from webapp.workspace.machine.runs import run_start
from webapp.workspace.machine.runs_many import runs_start
from webapp.workspace.models import Document, Project
from webapp.workspace.permissions import Action
from webapp.workspace.selectors import project_get
from webapp.workspace.services.documents import document_delete, document_restore
from webapp.workspace.services.importing_many import Imported, documents_import
from webapp.workspace.views.project_page import documents_fragment, project_page


@require_POST
@for_people
def import_(request: PersonRequest, project_id: UUID) -> HttpResponse:
    """A single small document is opened; else the project's page shows how they
    come in, and what was wrong with those that did not."""
    project = project_get(
        person=request.user, project_id=project_id, action=Action.MANAGE
    )
    form = ImportForm(request.POST, request.FILES, project=project)
    if not form.is_valid():
        return project_page(request, project, form, status=400)
    imported = documents_import(
        person=request.user,
        project_id=project_id,
        files=form.given(),
        target_languages=form.cleaned_data["target_language"],
    )
    if imported.refusals:
        return project_page(request, project, form, imported=imported, status=400)
    return _onwards(request, imported, project_id)


def _onwards(
    request: PersonRequest, imported: Imported, project_id: UUID
) -> HttpResponse:
    first, *others = imported.documents
    if not others and first.state == Document.State.READY:
        return redirect("workspace_document", first.pk)
    messages.success(request, imported.summary)
    return redirect("workspace_project", project_id)


@require_safe
@for_people
def documents(request: PersonRequest, project_id: UUID) -> HttpResponse:
    """The list as it is now; 204 where it is as the page has it (GET seen)."""
    project = project_get(person=request.user, project_id=project_id)
    return documents_fragment(request, project)


@require_POST
@for_people
def translate(request: PersonRequest, document_id: UUID) -> HttpResponse:
    """Have the model translate what is empty."""
    run = run_start(person=request.user, document_id=document_id)
    return _listed(request, run.document.project)


@require_POST
@for_people
def translate_all(request: PersonRequest, project_id: UUID) -> HttpResponse:
    runs_start(person=request.user, project_id=project_id)
    project = project_get(person=request.user, project_id=project_id)
    return _listed(request, project)


@require_POST
@for_people
def remove(request: PersonRequest, document_id: UUID) -> HttpResponse:
    document = document_delete(person=request.user, document_id=document_id)
    return _listed(request, document.project, removed=document)


@require_POST
@for_people
def bring_back(request: PersonRequest, document_id: UUID) -> HttpResponse:
    document = document_restore(person=request.user, document_id=document_id)
    return _listed(request, document.project)


def _listed(
    request: PersonRequest, project: Project, *, removed: Document | None = None
) -> HttpResponse:
    """The list as it is now to a script; a form goes back to the page."""
    if not request.headers.get("HX-Request"):
        return redirect("workspace_project", project.pk)
    return documents_fragment(request, project, removed=removed)
