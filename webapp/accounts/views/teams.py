"""Teams, and the places in them."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from webapp.accounts.models import Membership, Team
from webapp.accounts.permissions import Action, membership_get
from webapp.accounts.selectors import (
    member_get,
    member_list,
    open_invitations,
    team_get,
    team_list,
)
from webapp.accounts.services import (
    member_remove,
    member_set_role,
    team_create,
    team_leave,
    team_rename,
    team_select,
)
from webapp.accounts.views.answers import PersonRequest, for_people


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def teams(request: PersonRequest) -> HttpResponse:
    if request.method == "POST":
        team = team_create(owner=request.user, name=request.POST.get("name", ""))
        onwards = request.POST.get("next", "")
        if url_has_allowed_host_and_scheme(onwards, allowed_hosts={request.get_host()}):
            return redirect(onwards)
        return redirect("accounts_team", team_id=team.pk)
    places = team_list(person=request.user)
    return render(request, "accounts/teams.html", {"places": places})


@require_GET
@for_people
def team_page(request: PersonRequest, *, team_id: uuid.UUID) -> HttpResponse:
    team = team_get(person=request.user, team_id=team_id)
    return render(request, "accounts/team.html", team_context(request, team))


def team_context(request: PersonRequest, team: Team) -> dict[str, Any]:
    membership = membership_get(person=request.user, team=team)
    may_manage = membership.role in Action.MANAGE.value
    return {
        "team": team,
        "membership": membership,
        "may_manage": may_manage,
        "members": member_list(team=team),
        "roles": Membership.Role.choices,
        "invitations": open_invitations().filter(team=team) if may_manage else [],
    }


@require_POST
@for_people
def rename(request: PersonRequest, *, team_id: uuid.UUID) -> HttpResponse:
    team = team_get(person=request.user, team_id=team_id)
    team_rename(actor=request.user, team=team, name=request.POST.get("name", ""))
    messages.success(request, _("Renamed."))
    return redirect("accounts_team", team_id=team.pk)


@require_POST
@for_people
def select(request: PersonRequest, *, team_id: uuid.UUID) -> HttpResponse:
    team = team_get(person=request.user, team_id=team_id)
    team_select(person=request.user, team=team)
    messages.success(request, _("You now work in %(team)s.") % {"team": team.name})
    return redirect("accounts_teams")


@require_POST
@for_people
def leave(request: PersonRequest, *, team_id: uuid.UUID) -> HttpResponse:
    team = team_get(person=request.user, team_id=team_id)
    team_leave(person=request.user, team=team)
    messages.success(request, _("You left %(team)s.") % {"team": team.name})
    return redirect("accounts_teams")


@require_POST
@for_people
def set_role(
    request: PersonRequest, *, team_id: uuid.UUID, person_id: uuid.UUID
) -> HttpResponse:
    team = team_get(person=request.user, team_id=team_id)
    person = member_get(team=team, person_id=person_id)
    member_set_role(
        actor=request.user, team=team, person=person, role=request.POST.get("role", "")
    )
    messages.success(request, _("The role was changed."))
    return redirect("accounts_team", team_id=team.pk)


@require_POST
@for_people
def remove(
    request: PersonRequest, *, team_id: uuid.UUID, person_id: uuid.UUID
) -> HttpResponse:
    team = team_get(person=request.user, team_id=team_id)
    person = member_get(team=team, person_id=person_id)
    member_remove(actor=request.user, team=team, person=person)
    if person == request.user:
        return redirect("accounts_teams")
    messages.success(request, _("%(person)s was removed.") % {"person": person})
    return redirect("accounts_team", team_id=team.pk)
