"""A team's terms: a page of them, a form for one, files in and out."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from webapp.accounts.models import Team
from webapp.accounts.permissions import Action, membership_get
from webapp.accounts.selectors import team_get
from webapp.accounts.views.answers import PersonRequest, for_people
from webapp.common.errors import ApplicationError, NotFoundError
from webapp.workspace.file_form import FileForm
from webapp.workspace.models import Term
from webapp.workspace.terms import files
from webapp.workspace.terms.forms import TermForm
from webapp.workspace.terms.selectors import term_get, term_list
from webapp.workspace.terms.services import (
    TermDraft,
    term_create,
    term_delete,
    term_update,
)
from webapp.workspace.views.download import download
from webapp.workspace.views.imports import broken_tell, form_tell

PAGE = 100


@require_safe
@for_people
def list_(request: PersonRequest, *, team_id: UUID) -> HttpResponse:
    team = team_get(person=request.user, team_id=team_id)
    terms = term_list(person=request.user, team=team)
    text = request.GET.get("q", "").strip()
    if text:
        has_text = Q(text__icontains=text) | Q(targets__text__icontains=text)
        terms = terms.filter(has_text).distinct()
    page = Paginator(terms.order_by("text", "pk"), PAGE).get_page(
        request.GET.get("page")
    )
    context = {**_context(request, team), "page": page, "q": text, "form": FileForm()}
    return render(request, "workspace/language/terms.html", context)


def _context(request: PersonRequest, team: Team) -> dict[str, Any]:
    role = membership_get(person=request.user, team=team).role
    return {
        "team": team,
        "may_write": role in Action.WRITE.value,
        "may_review": role in Action.REVIEW.value,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def new(request: PersonRequest, *, team_id: UUID) -> HttpResponse:
    team = team_get(person=request.user, team_id=team_id)

    def save(draft: TermDraft) -> Term:
        return term_create(person=request.user, team=team, draft=draft)

    return _form(request, team, None, save)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def edit(request: PersonRequest, *, team_id: UUID, term_id: UUID) -> HttpResponse:
    team = team_get(person=request.user, team_id=team_id)
    term = _term(request, team, term_id)

    def save(draft: TermDraft) -> Term:
        return term_update(person=request.user, term_id=term_id, draft=draft)

    return _form(request, team, term, save)


def _term(request: PersonRequest, team: Team, term_id: UUID) -> Term:
    term = term_get(person=request.user, term_id=term_id)
    if term.team_id != team.pk:
        raise NotFoundError(_("There is no such term."))
    return term


def _form(
    request: PersonRequest,
    team: Team,
    term: Term | None,
    save: Callable[[TermDraft], Term],
) -> HttpResponse:
    form = TermForm(request.POST or None, term=term)
    if request.method == "POST" and form.is_valid():
        try:
            save(form.draft())
        except ApplicationError as error:
            if error.code in ("forbidden", "not_found"):
                raise
            form.add_error(None, str(error.message))
        else:
            return redirect("workspace_terms", team_id=team.pk)
    context = {**_context(request, team), "form": form, "term": term}
    return render(request, "workspace/language/term_form.html", context)


@require_POST
@for_people
def delete(request: PersonRequest, *, team_id: UUID, term_id: UUID) -> HttpResponse:
    team = team_get(person=request.user, team_id=team_id)
    term = _term(request, team, term_id)
    term_delete(person=request.user, term_id=term_id)
    messages.success(request, _("“%(term)s” was deleted.") % {"term": term.text})
    return redirect("workspace_terms", team_id=team.pk)


@require_POST
@for_people
def import_(request: PersonRequest, *, team_id: UUID) -> HttpResponse:
    team = team_get(person=request.user, team_id=team_id)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        _import(request, team, form.cleaned_data)
    else:
        form_tell(request, form)
    return redirect("workspace_terms", team_id=team.pk)


def _import(request: PersonRequest, team: Team, data: dict[str, Any]) -> None:
    try:
        imported = files.terms_import_file(
            person=request.user,
            team=team,
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
        "%(count)s term was read.", "%(count)s terms were read.", imported.count
    )
    messages.success(request, sentence % {"count": f"{imported.count:,}"})
    broken_tell(request, imported.broken)


@require_safe
@for_people
def export(request: PersonRequest, *, team_id: UUID) -> HttpResponse:
    """A table, or with ?language=en a TBX file."""
    team = team_get(person=request.user, team_id=team_id)
    language = request.GET.get("language", "")
    if language:
        pieces = files.terms_export(person=request.user, team=team, language=language)
        name, kind = f"terms-{language}.tbx", "application/xml"
    else:
        pieces = files.terms_export_table(person=request.user, team=team)
        name, kind = "terms.csv", "text/csv"
    return download(pieces, name=name, kind=kind)
