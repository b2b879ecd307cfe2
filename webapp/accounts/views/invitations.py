"""The link into a team: given out by an owner, opened by whoever got it."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from webapp.accounts import invited
from webapp.accounts.models import Invitation, User
from webapp.accounts.selectors import team_get
from webapp.accounts.services import (
    invitation_accept,
    invitation_create,
    invitation_find,
    invitation_revoke,
)
from webapp.accounts.services.invitations import DEFAULT_DAYS
from webapp.accounts.views.answers import PersonRequest, for_people
from webapp.accounts.views.teams import team_context
from webapp.common.errors import ApplicationError, NotFoundError


@require_POST
@for_people
def invite(request: PersonRequest, *, team_id: uuid.UUID) -> HttpResponse:
    """Make a link and show it, this once: afterwards nobody can read it again."""
    team = team_get(person=request.user, team_id=team_id)
    _invitation, secret = invitation_create(
        actor=request.user,
        team=team,
        role=request.POST.get("role", ""),
        days=_days(request),
    )
    link = settings.PUBLIC_URL + reverse("accounts_invitation", args=[secret])
    context = {**team_context(request, team), "new_link": link}
    return render(request, "accounts/team.html", context)


def _days(request: HttpRequest) -> int:
    days = request.POST.get("days", str(DEFAULT_DAYS))
    if not (days.isascii() and days.isdigit() and len(days) < 5):
        raise ApplicationError(_("Say for how many days the link is open."))
    return int(days)


@require_POST
@for_people
def revoke(
    request: PersonRequest, *, team_id: uuid.UUID, invitation_id: uuid.UUID
) -> HttpResponse:
    team = team_get(person=request.user, team_id=team_id)
    invitation_revoke(actor=request.user, team=team, invitation_id=invitation_id)
    messages.success(request, _("The link was revoked."))
    return redirect("accounts_team", team_id=team.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, *, secret: str) -> HttpResponse:
    try:
        found = invitation_find(secret=secret)
        if request.method != "POST":
            return _show(request, found)
        if not isinstance(request.user, User):
            return redirect("account_login")
        invitation_accept(person=request.user, invitation=found)
    except NotFoundError:
        return render(request, "accounts/invitation_over.html", status=404)
    invited.forget(request)
    return redirect("accounts_team", team_id=found.team_id)


def _show(request: HttpRequest, found: Invitation) -> HttpResponse:
    if not request.user.is_authenticated:
        invited.remember(request, found)
    context = {"invitation": found, "here": request.path}
    return render(request, "accounts/invitation.html", context)
