"""Who may do what in a team."""

from enum import Enum

from django.utils.translation import gettext as _

from webapp.accounts.models import Membership, Team, User
from webapp.common.errors import ApplicationError, NotFoundError

Role = Membership.Role


class Action(Enum):
    READ = frozenset({Role.OWNER, Role.REVIEWER, Role.MEMBER, Role.VIEWER})
    WRITE = frozenset({Role.OWNER, Role.REVIEWER, Role.MEMBER})
    REVIEW = frozenset({Role.OWNER, Role.REVIEWER})
    MANAGE = frozenset({Role.OWNER})


class ForbiddenError(ApplicationError):
    """The asker is on the team, but in a role that may not do this."""

    def __init__(self) -> None:
        super().__init__(
            _("Your role in this team does not allow this."), code="forbidden"
        )


def membership_get(*, person: User, team: Team) -> Membership:
    """The person's place in the team; to outsiders the team does not exist."""
    membership = Membership.objects.filter(user=person, team=team).first()
    if membership is None:
        raise NotFoundError(_("There is no such team."))
    return membership


def permission_check(*, person: User, team: Team, action: Action) -> Membership:
    """The person's membership, if its role may do this: else an error in words."""
    membership = membership_get(person=person, team=team)
    if membership.role not in action.value:
        raise ForbiddenError
    return membership


def may_write(*, person: User, team: Team | None) -> bool:
    """May this person ask models something in the name of this team?

    Without a team everybody works for themselves.
    """
    if team is None:
        return True
    return Membership.objects.filter(
        user=person, team=team, role__in=Action.WRITE.value
    ).exists()
