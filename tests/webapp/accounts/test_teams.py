"""Teams: made, named, chosen; and to whom they exist."""

import pytest

from webapp.accounts.models import Membership, Team, User
from webapp.accounts.permissions import Action, ForbiddenError, may_write
from webapp.accounts.permissions import permission_check as check
from webapp.accounts.selectors import team_get, team_list
from webapp.accounts.services import team_create, team_rename, team_select
from webapp.common.errors import ApplicationError, NotFoundError

pytestmark = pytest.mark.django_db


def test_its_maker_owns_it_and_works_in_it(charlie: User) -> None:
    team = team_create(owner=charlie, name="  New \t team ")

    assert team.name == "New team"
    assert charlie.active_team == team
    assert team.memberships.get().role == Membership.Role.OWNER


@pytest.mark.parametrize("name", ["", " \n ", "x" * 121])
def test_it_rejects_a_name_that_is_none(alice: User, name: str) -> None:
    with pytest.raises(ApplicationError):
        team_create(owner=alice, name=name)


def test_only_an_owner_renames_it(
    team: Team, alice: User, bob: User, charlie: User
) -> None:
    with pytest.raises(ForbiddenError):
        team_rename(actor=bob, team=team, name="Bob's")
    with pytest.raises(NotFoundError):
        team_rename(actor=charlie, team=team, name="Charlie's")
    team_rename(actor=alice, team=team, name="Alice's")

    team.refresh_from_db()
    assert team.name == "Alice's"


def test_a_stranger_cannot_choose_it(team: Team, alice: User, charlie: User) -> None:
    with pytest.raises(NotFoundError):
        team_select(person=charlie, team=team)
    with pytest.raises(NotFoundError):
        team_get(person=charlie, team_id=team.pk)


def test_the_list_has_ones_own_teams_and_their_sizes(
    team: Team, alice: User, bob: User, charlie: User
) -> None:
    mine = team_create(owner=alice, name="Alone")

    sizes = {place.team: getattr(place, "size") for place in team_list(person=alice)}  # noqa: B009  # an annotation of the query

    assert sizes == {mine: 1, team: 2}


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("owner", {Action.READ, Action.WRITE, Action.REVIEW, Action.MANAGE}),
        ("reviewer", {Action.READ, Action.WRITE, Action.REVIEW}),
        ("member", {Action.READ, Action.WRITE}),
        ("viewer", {Action.READ}),
    ],
)
def test_a_role_allows_this_and_no_more(
    team: Team, bob: User, role: str, allowed: set[Action]
) -> None:
    bob.memberships.update(role=role)

    for action in Action:
        if action in allowed:
            assert check(person=bob, team=team, action=action).role == role
        else:
            with pytest.raises(ForbiddenError):
                check(person=bob, team=team, action=action)
    assert may_write(person=bob, team=team) == (Action.WRITE in allowed)


def test_who_works_alone_may_write_and_a_stranger_may_not(
    team: Team, alice: User, charlie: User
) -> None:
    assert may_write(person=charlie, team=None)
    assert not may_write(person=charlie, team=team)
