"""Who may do what in a project."""

from enum import Enum

from django.utils.translation import gettext as _

from webapp.accounts.models import Membership, User
from webapp.accounts.permissions import ForbiddenError
from webapp.common.errors import NotFoundError
from webapp.workspace.models import Project, ProjectMember

Role = ProjectMember.Role

# What a role in the team gives in its projects, where nothing else was agreed.
_OF_TEAM = {
    Membership.Role.OWNER: Role.MANAGER,
    Membership.Role.REVIEWER: Role.REVIEWER,
    Membership.Role.MEMBER: Role.TRANSLATOR,
    Membership.Role.VIEWER: Role.READER,
}


class Action(Enum):
    READ = frozenset({Role.READER, Role.TRANSLATOR, Role.REVIEWER, Role.MANAGER})
    TRANSLATE = frozenset({Role.TRANSLATOR, Role.REVIEWER, Role.MANAGER})
    REVIEW = frozenset({Role.REVIEWER, Role.MANAGER})
    MANAGE = frozenset({Role.MANAGER})

    @property
    def word(self) -> str:
        """As pages and frames name it."""
        return self.name.lower()


def role_in(*, person: User, project: Project) -> str | None:
    """The person's part in the project. None: not on its team."""
    of_team = (
        Membership.objects.filter(user=person, team=project.team_id)
        .values_list("role", flat=True)
        .first()
    )
    if of_team is None:
        return None
    if of_team == Membership.Role.OWNER:
        return Role.MANAGER
    own = ProjectMember.objects.filter(project=project, person=person)
    return own.values_list("role", flat=True).first() or role_of_team(of_team)


def role_of_team(role: str) -> str:
    """What a role in the team gives in its projects."""
    return _OF_TEAM[Membership.Role(role)]


def roles_of(project: Project) -> list[tuple[User, str]]:
    """Everybody on the project's team with their part, in the order they joined."""
    memberships = Membership.objects.filter(team=project.team_id)
    own = dict(project.members.values_list("person_id", "role"))
    return [
        (
            place.user,
            Role.MANAGER
            if place.role == Membership.Role.OWNER
            else own.get(place.user_id, role_of_team(place.role)),
        )
        for place in memberships.select_related("user").order_by("joined_at", "pk")
    ]


def project_check(*, person: User, project: Project, action: Action) -> str:
    """The person's part, if it allows this. To outsiders there is no such project."""
    role = role_in(person=person, project=project)
    if role is None:
        raise NotFoundError(_("There is no such project."))
    if role not in action.value:
        raise ForbiddenError
    return role


def actions_of(role: str) -> list[str]:
    """The words for what a role allows."""
    return [action.word for action in Action if role in action.value]


def actions_for(*, person: User, project: Project) -> list[str]:
    """The words for what this person may do; none to outsiders."""
    return actions_of(role_in(person=person, project=project) or "")
