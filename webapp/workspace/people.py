"""The people of a project, as its page lists them."""

from dataclasses import dataclass

from webapp.accounts.models import Membership, User
from webapp.workspace.models import Project, ProjectMember
from webapp.workspace.permissions import role_of_team

Role = ProjectMember.Role


@dataclass(frozen=True, slots=True)
class PersonLine:
    user: User
    is_owner: bool  # of the team: manages all its projects
    of_team: str  # the part that the team's role gives, in words
    own: str  # another that was agreed for this project, as the form sends it
    label: str  # the one that counts, in words


def people_lines(*, project: Project) -> list[PersonLine]:
    """In the order in which they joined the team."""
    own = dict(project.members.values_list("person_id", "role"))
    places = Membership.objects.filter(team=project.team_id).select_related("user")
    return [
        _line(place, own.get(place.user_id, ""))
        for place in places.order_by("joined_at", "pk")
    ]


def _line(place: Membership, own: str) -> PersonLine:
    is_owner = place.role == Membership.Role.OWNER
    of_team = Role(role_of_team(place.role))
    role = of_team if is_owner or not own else Role(own)
    return PersonLine(
        user=place.user,
        is_owner=is_owner,
        of_team=str(of_team.label),
        own=own,
        label=str(role.label),
    )
