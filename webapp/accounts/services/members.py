"""Places in a team: given another role, taken away, left."""

from django.db import transaction
from django.utils.translation import gettext as _

from webapp.accounts.models import Membership, Team, User
from webapp.accounts.permissions import Action, membership_get, permission_check
from webapp.common.errors import ApplicationError


@transaction.atomic
def member_set_role(*, actor: User, team: Team, person: User, role: str) -> Membership:
    _lock(team)
    permission_check(person=actor, team=team, action=Action.MANAGE)
    if role not in Membership.Role.values:
        raise ApplicationError(_("There is no such role."), code="unknown_role")
    membership = membership_get(person=person, team=team)
    if role != Membership.Role.OWNER:
        _keep_an_owner(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    return membership


@transaction.atomic
def member_remove(*, actor: User, team: Team, person: User) -> None:
    _lock(team)
    permission_check(person=actor, team=team, action=Action.MANAGE)
    membership = membership_get(person=person, team=team)
    _keep_an_owner(membership)
    membership.delete()


@transaction.atomic
def team_leave(*, person: User, team: Team) -> None:
    _lock(team)
    membership = membership_get(person=person, team=team)
    _keep_an_owner(membership)
    membership.delete()


def _lock(team: Team) -> None:
    """One change of places at a time: two last owners must not both leave."""
    Team.objects.select_for_update().filter(pk=team.pk).first()


def _keep_an_owner(leaving: Membership) -> None:
    owners = Membership.objects.filter(
        team_id=leaving.team_id, role=Membership.Role.OWNER
    )
    if not owners.exclude(pk=leaving.pk).exists():
        raise ApplicationError(
            _("The team needs an owner. Make somebody else an owner first."),
            code="last_owner",
        )
