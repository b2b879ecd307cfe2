"""The pages of projects, and the forms that change them."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from webapp.accounts.views.plain_answers import PersonRequest, for_people
from webapp.common.errors import ApplicationError
from webapp.workspace.figures import people_figures, project_figures
from webapp.workspace.forms import ProjectForm
from webapp.workspace.import_form import ImportForm
from webapp.workspace.model_fit import ModelFit, model_fit
from webapp.workspace.models import Project
from webapp.workspace.overview import project_lines
from webapp.workspace.permissions import Action, actions_for
from webapp.workspace.selectors import (
    project_get,
    project_get_put_away,
    teams_to_write_in,
)
from webapp.workspace.services.projects import (
    MAX_TARGETS,
    member_role_set,
    project_create,
    project_delete,
    project_restore,
    project_update,
)
from webapp.workspace.views.project_page import project_page

DAYS = (7, 30, 90)


@require_safe
@for_people
def list_(request: PersonRequest) -> HttpResponse:
    context = {
        "lines": project_lines(person=request.user),
        "teams": teams_to_write_in(person=request.user),
        "put_away": _put_away(request),
    }
    return render(request, "workspace/projects.html", context)


@require_safe
@for_people
def detail(request: PersonRequest, project_id: UUID) -> HttpResponse:
    project = project_get(person=request.user, project_id=project_id)
    return project_page(request, project, ImportForm(project=project))


@for_people
def new(request: PersonRequest) -> HttpResponse:
    teams = teams_to_write_in(person=request.user)
    if not teams:  # the list says what to do first
        return redirect("workspace_projects")
    form = ProjectForm(request.POST or None, teams=teams)
    if request.method == "POST" and form.is_valid():
        team = next(team for team in teams if team.pk == form.chosen_team())
        try:
            project = project_create(
                person=request.user, team=team, values=form.values()
            )
        except ApplicationError as error:
            form.add_error(None, str(error.message))
        else:
            return redirect("workspace_project", project.pk)
    return _form(request, form, None)


@for_people
def edit(request: PersonRequest, project_id: UUID) -> HttpResponse:
    project = project_get(
        person=request.user, project_id=project_id, action=Action.MANAGE
    )
    form = ProjectForm(request.POST or None, project=project)
    if request.method == "POST" and form.is_valid():
        try:
            project_update(
                person=request.user, project_id=project_id, values=form.values()
            )
        except ApplicationError as error:
            form.add_error(None, str(error.message))
        else:
            return redirect("workspace_project", project_id)
    return _form(request, form, project)


@require_POST
@for_people
def delete(request: PersonRequest, project_id: UUID) -> HttpResponse:
    project_delete(person=request.user, project_id=project_id)
    return redirect(f"{reverse('workspace_projects')}?put_away={project_id}")


@require_POST
@for_people
def restore(request: PersonRequest, project_id: UUID) -> HttpResponse:
    project = project_restore(person=request.user, project_id=project_id)
    return redirect("workspace_project", project.pk)


@require_POST
@for_people
def member_role(
    request: PersonRequest, project_id: UUID, person_id: UUID
) -> HttpResponse:
    """POST role; empty: as the role in the team gives."""
    member_role_set(
        person=request.user,
        project_id=project_id,
        member_id=person_id,
        role=request.POST.get("role", ""),
    )
    messages.success(request, _("The role was changed."))
    return redirect(f"{reverse('workspace_project', args=[project_id])}#people")


@require_safe
@for_people
def fit(request: PersonRequest) -> HttpResponse:
    """What the chosen model can do with the chosen languages, while a form is filled
    in. GET model, source_language, target_languages."""
    found = model_fit(
        model=request.GET.get("model", ""),
        source_language=request.GET.get("source_language", "")[:35],
        target_languages=request.GET.getlist("target_languages")[:MAX_TARGETS],
    )
    return render(request, "workspace/_fit_of_form.html", {"fit": found})


@require_safe
@for_people
def figures(request: PersonRequest, project_id: UUID) -> HttpResponse:
    project = project_get(person=request.user, project_id=project_id)
    days = request.GET.get("days", "")
    period = int(days) if days in map(str, DAYS) else None
    context = {
        "project": project,
        "may": actions_for(person=request.user, project=project),
        "days": period,
        "periods": DAYS,
        "totals": project_figures(project=project, days=period),
        "people": people_figures(project=project, days=period),
    }
    return render(request, "workspace/figures.html", context)


def _put_away(request: PersonRequest) -> Project | None:
    """The project that was put away just now, as long as it can be brought back."""
    try:
        project_id = UUID(request.GET.get("put_away", ""))
        return project_get_put_away(person=request.user, project_id=project_id)
    except (ValueError, ApplicationError):
        return None


def _form(
    request: PersonRequest, form: ProjectForm, project: Project | None
) -> HttpResponse:
    context = {
        "form": form,
        "project": project,
        "may": [Action.MANAGE.word],
        "fit": _fit(form),
    }
    status = 400 if form.errors else 200
    return render(request, "workspace/project_form.html", context, status=status)


def _fit(form: ProjectForm) -> ModelFit | None:
    """Of what the form holds, filled in or not."""
    targets = form["target_languages"].value() or []
    return model_fit(
        model=form["model"].value() or settings.MODEL_NAMES[0],
        source_language=form["source_language"].value() or "",
        target_languages=targets,
    )
