"""A team's memory: what is in it and where it came from, files in and out."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from webapp.accounts.models import Team
from webapp.accounts.permissions import Action, membership_get
from webapp.accounts.selectors import team_get
from webapp.accounts.views.answers import PersonRequest, for_people
from webapp.common.errors import ApplicationError
from webapp.workspace.file_form import FileForm
from webapp.workspace.memory import memory_delete, memory_delete_origin
from webapp.workspace.memory.files import memory_export, memory_import_file
from webapp.workspace.memory.selectors import memory_search, memory_shelves
from webapp.workspace.views.download import download
from webapp.workspace.views.imports import broken_tell, form_tell

SHOWN = 100


@require_safe
@for_people
def page(request: PersonRequest, *, team_id: UUID) -> HttpResponse:
    team = team_get(person=request.user, team_id=team_id)
    text = request.GET.get("q", "").strip()
    role = membership_get(person=request.user, team=team).role
    context = {
        "team": team,
        "may_review": role in Action.REVIEW.value,
        "may_write": role in Action.WRITE.value,
        "shelves": memory_shelves(person=request.user, team=team),
        "q": text,
        "found": memory_search(person=request.user, team=team, text=text)[:SHOWN],
        "form": FileForm(),
    }
    return render(request, "workspace/language/memory.html", context)


@require_POST
@for_people
def delete(request: PersonRequest, *, team_id: UUID, entry_id: int) -> HttpResponse:
    team = team_get(person=request.user, team_id=team_id)
    memory_delete(person=request.user, entry_id=entry_id)
    messages.success(request, _("The entry was forgotten."))
    return redirect("workspace_memory", team_id=team.pk)


@require_POST
@for_people
def forget(request: PersonRequest, *, team_id: UUID) -> HttpResponse:
    """All that came from one document or file, in one direction."""
    team = team_get(person=request.user, team_id=team_id)
    count = memory_delete_origin(
        person=request.user,
        team=team,
        origin=request.POST.get("origin", ""),
        source_language=request.POST.get("source_language", ""),
        target_language=request.POST.get("target_language", ""),
    )
    sentence = ngettext(
        "%(count)s entry was forgotten.", "%(count)s entries were forgotten.", count
    )
    messages.success(request, sentence % {"count": f"{count:,}"})
    return redirect("workspace_memory", team_id=team.pk)


@require_POST
@for_people
def import_(request: PersonRequest, *, team_id: UUID) -> HttpResponse:
    team = team_get(person=request.user, team_id=team_id)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        _import(request, team, form.cleaned_data)
    else:
        form_tell(request, form)
    return redirect("workspace_memory", team_id=team.pk)


def _import(request: PersonRequest, team: Team, data: dict[str, Any]) -> None:
    try:
        imported = memory_import_file(
            person=request.user,
            team=team,
            name=data["file"].name,
            content=data["file"].read(),
            source_language=data["source_language"],
            target_language=data["target_language"],
        )
    except ApplicationError as error:
        if error.code == "forbidden":
            raise
        messages.error(request, str(error.message))
        return
    sentence = ngettext(
        "%(count)s new entry is remembered.",
        "%(count)s new entries are remembered.",
        imported.added,
    )
    messages.success(request, sentence % {"count": f"{imported.added:,}"})
    broken_tell(request, imported.broken)


@require_safe
@for_people
def export(request: PersonRequest, *, team_id: UUID) -> HttpResponse:
    team = team_get(person=request.user, team_id=team_id)
    pieces = memory_export(person=request.user, team=team)
    return download(pieces, name="memory.tmx", kind="application/xml")
