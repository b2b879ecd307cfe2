"""Teams: made, named, chosen."""

from django.db import transaction
from django.utils.translation import gettext as _

from webapp.accounts.models import Membership, Team, User
from webapp.accounts.permissions import Action, membership_get, permission_check
from webapp.common.errors import ApplicationError


@transaction.atomic
def team_create(*, owner: User, name: str) -> Team:
    """A new team with its first owner, who works in it from now on."""
    team = Team.objects.create(name=_checked_name(name))
    Membership.objects.create(team=team, user=owner, role=Membership.Role.OWNER)
    team_select(person=owner, team=team)
    return team


@transaction.atomic
def team_rename(*, actor: User, team: Team, name: str) -> Team:
    permission_check(person=actor, team=team, action=Action.MANAGE)
    team.name = _checked_name(name)
    team.save(update_fields=["name"])
    return team


@transaction.atomic
def team_select(*, person: User, team: Team) -> None:
    """What the person starts from now on belongs to this team."""
    membership_get(person=person, team=team)
    person.active_team = team
    person.save(update_fields=["active_team"])


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise ApplicationError(_("Give the team a name."), code="empty")
    if len(name) > 120:
        raise ApplicationError(
            _("The name is too long: 120 characters at most."), code="too_long"
        )
    return name
