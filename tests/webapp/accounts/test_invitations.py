"""Links into a team: made by owners, open for some days, used once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from webapp.accounts.models import Invitation, Team, User
from webapp.accounts.permissions import ForbiddenError
from webapp.accounts.services import (
    invitation_accept,
    invitation_create,
    invitation_find,
    invitation_revoke,
)
from webapp.common.errors import ApplicationError, NotFoundError

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(team: Team, alice: User) -> str:
    _, secret = invitation_create(actor=alice, team=team, role="reviewer")
    return reverse("accounts_invitation", args=[secret])


def joined(team: Team, person: User) -> bool:
    return team.memberships.filter(user=person).exists()


def test_it_is_open_for_a_week_and_its_secret_is_stored_nowhere(
    team: Team, alice: User
) -> None:
    invitation, secret = invitation_create(actor=alice, team=team)

    open_for = invitation.expires_at - timezone.now()
    assert timedelta(days=6, hours=23) < open_for <= timedelta(days=7)
    assert secret not in str(Invitation.objects.values().get())


def test_only_owners_make_and_revoke_them(
    team: Team, alice: User, bob: User, charlie: User
) -> None:
    invitation, _ = invitation_create(actor=alice, team=team)
    for person, error in ((bob, ForbiddenError), (charlie, NotFoundError)):
        with pytest.raises(error):
            invitation_create(actor=person, team=team)
        with pytest.raises(error):
            invitation_revoke(actor=person, team=team, invitation_id=invitation.pk)

    invitation.refresh_from_db()
    assert invitation.revoked_at is None


def test_an_owner_cannot_revoke_another_teams(
    team: Team, alice: User, charlie: User
) -> None:
    invitation, _ = invitation_create(actor=alice, team=team)
    theirs = Team.objects.get(memberships__user=charlie)

    with pytest.raises(NotFoundError):
        invitation_revoke(actor=charlie, team=theirs, invitation_id=invitation.pk)


@pytest.mark.parametrize(("role", "days"), [("king", 7), ("member", 0), ("member", 91)])
def test_it_rejects_what_makes_no_sense(
    team: Team, alice: User, role: str, days: int
) -> None:
    with pytest.raises(ApplicationError):
        invitation_create(actor=alice, team=team, role=role, days=days)


def test_whoever_is_signed_in_joins_by_the_button(
    client: Client, team: Team, charlie: User, link: str
) -> None:
    client.force_login(charlie)

    assert b"Join Translators" in client.get(link).content
    assert not joined(team, charlie)
    client.post(link)

    charlie.refresh_from_db()
    assert charlie.active_team == team
    assert team.memberships.get(user=charlie).role == "reviewer"


def test_it_lets_one_person_in(team: Team, alice: User, charlie: User) -> None:
    _, secret = invitation_create(actor=alice, team=team)
    invitation = invitation_find(secret=secret)
    dora = User.objects.create_user("dora@example.com")

    invitation_accept(person=charlie, invitation=invitation)
    with pytest.raises(NotFoundError):
        invitation_accept(person=dora, invitation=invitation)

    assert joined(team, charlie)
    assert not joined(team, dora)


def test_who_is_on_the_team_keeps_the_role_and_the_link(
    team: Team, alice: User
) -> None:
    invitation, _ = invitation_create(actor=alice, team=team, role="viewer")

    membership = invitation_accept(person=alice, invitation=invitation)

    assert membership.role == "owner"
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


@pytest.mark.parametrize("change", ["expires_at", "revoked_at", "accepted_at"])
def test_old_revoked_and_used_ones_look_like_invented_ones(
    client: Client, charlie: User, link: str, change: str
) -> None:
    Invitation.objects.update(**{change: timezone.now() - timedelta(seconds=1)})
    client.force_login(charlie)
    invented = reverse("accounts_invitation", args=["invented"])

    for method in (client.get, client.post):
        over = method(link)
        assert over.status_code == method(invented).status_code == 404
        assert b"no longer open" in over.content


def test_a_stranger_is_offered_to_sign_up_or_in(client: Client, link: str) -> None:
    page = client.get(link).content.decode()

    assert reverse("account_signup") in page
    assert f"{reverse('account_login')}?next={link}" in page
    assert client.post(link)["Location"] == reverse("account_login")


def test_the_owner_sees_the_link_once(client: Client, team: Team, alice: User) -> None:
    client.force_login(alice)
    data = {"role": "member", "days": "3"}

    made = client.post(reverse("accounts_invite", args=[team.pk]), data)
    link = made.context["new_link"]
    again = client.get(reverse("accounts_team", args=[team.pk]))

    assert link in made.content.decode()
    assert "/invitations/" not in again.content.decode().replace(
        f"/teams/{team.pk}/invitations/", ""
    )
    secret = link.rstrip("/").rsplit("/", 1)[1]
    assert invitation_find(secret=secret).team == team


@pytest.mark.parametrize("days", ["", "-1", "1.5", "٣", "9" * 30])
def test_the_page_says_what_days_it_wants(
    client: Client, team: Team, alice: User, days: str
) -> None:
    client.force_login(alice)
    data = {"role": "member", "days": days}

    client.post(reverse("accounts_invite", args=[team.pk]), data)

    assert not Invitation.objects.exists()
