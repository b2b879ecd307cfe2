"""Places in a team: changed, taken away, left; and never the last owner's."""

import pytest

from webapp.accounts.models import Membership, Team, User
from webapp.accounts.permissions import ForbiddenError
from webapp.accounts.services import (
    member_remove,
    member_set_role,
    team_create,
    team_leave,
)
from webapp.common.errors import ApplicationError, NotFoundError

pytestmark = pytest.mark.django_db


def roles(team: Team) -> dict[str, str]:
    return {str(place.user): place.role for place in team.memberships.all()}


def test_an_owner_changes_roles_and_removes_people(
    team: Team, alice: User, bob: User
) -> None:
    member_set_role(actor=alice, team=team, person=bob, role="reviewer")
    assert roles(team) == {"Alice": "owner", "Bob": "reviewer"}

    member_remove(actor=alice, team=team, person=bob)
    assert roles(team) == {"Alice": "owner"}


@pytest.mark.parametrize("role", ["reviewer", "member", "viewer"])
def test_nobody_else_does_not_even_to_themselves(
    team: Team, alice: User, bob: User, role: str
) -> None:
    bob.memberships.update(role=role)
    for person in (alice, bob):
        with pytest.raises(ForbiddenError):
            member_set_role(actor=bob, team=team, person=person, role="owner")
        with pytest.raises(ForbiddenError):
            member_remove(actor=bob, team=team, person=person)

    assert roles(team) == {"Alice": "owner", "Bob": role}


def test_a_stranger_is_told_that_there_is_no_such_team(
    team: Team, alice: User, bob: User, charlie: User
) -> None:
    with pytest.raises(NotFoundError):
        member_set_role(actor=charlie, team=team, person=bob, role="viewer")
    with pytest.raises(NotFoundError):
        member_remove(actor=charlie, team=team, person=bob)
    with pytest.raises(NotFoundError):
        team_leave(person=charlie, team=team)


def test_somebody_elses_member_cannot_be_reached_through_ones_own_team(
    team: Team, alice: User, charlie: User
) -> None:
    with pytest.raises(NotFoundError):
        member_remove(actor=alice, team=team, person=charlie)

    assert charlie.memberships.count() == 1


@pytest.mark.parametrize("role", ["", "admin", "Owner"])
def test_it_rejects_a_role_that_does_not_exist(
    team: Team, alice: User, bob: User, role: str
) -> None:
    with pytest.raises(ApplicationError):
        member_set_role(actor=alice, team=team, person=bob, role=role)


def test_the_last_owner_stays_until_there_is_another(
    team: Team, alice: User, bob: User
) -> None:
    for attempt in (
        lambda: team_leave(person=alice, team=team),
        lambda: member_remove(actor=alice, team=team, person=alice),
        lambda: member_set_role(actor=alice, team=team, person=alice, role="member"),
    ):
        with pytest.raises(ApplicationError) as refused:
            attempt()
        assert refused.value.code == "last_owner"

    member_set_role(actor=alice, team=team, person=bob, role="owner")
    team_leave(person=alice, team=team)
    assert roles(team) == {"Bob": "owner"}


def test_whoever_leaves_works_in_another_team_or_in_none(
    team: Team, alice: User, bob: User
) -> None:
    member_remove(actor=alice, team=team, person=bob)
    bob.refresh_from_db()
    assert bob.active_team is None

    member_set_role(actor=alice, team=team, person=alice, role="owner")
    other = team_create(owner=alice, name="Other")
    Membership.objects.create(team=team, user=bob, role="owner")
    alice.active_team = team
    alice.save()
    team_leave(person=alice, team=team)
    alice.refresh_from_db()
    assert alice.active_team == other
