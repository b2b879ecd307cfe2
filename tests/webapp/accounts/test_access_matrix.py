"""Every address of people, teams and the admin, as everybody. A new address that is not
in the table fails the test."""

import uuid
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.factories import UserFactory
from webapp.accounts.models import Team, User
from webapp.accounts.services import invitation_create

pytestmark = pytest.mark.django_db

# What a stranger to the team is answered: (anonymous, stranger), for GET.
LOGIN = 302
OPEN = {
    "account_login": (200, 302),
    "account_signup": (200, 302),
    "account_logout": (302, 200),
    "account_inactive": (200, 200),
    "account_reset_password": (200, 200),
    "account_reset_password_done": (200, 200),
    "account_reset_password_from_key_done": (200, 200),
    "account_email_verification_sent": (200, 200),
    "account_confirm_login_code": (302, 302),
    "account_reauthenticate": (LOGIN, 200),
    "account_email": (LOGIN, 200),
    "account_change_password": (LOGIN, 200),
    "account_set_password": (LOGIN, 302),
    "usersessions_list": (LOGIN, 200),
    "accounts_settings": (LOGIN, 200),
    "accounts_teams": (LOGIN, 200),
    "accounts_preferences": (405, 405),
}
OF_A_TEAM = {
    "accounts_team": 404,
    "accounts_team_rename": 404,
    "accounts_team_select": 404,
    "accounts_team_leave": 404,
    "accounts_member_role": 404,
    "accounts_member_remove": 404,
    "accounts_invite": 404,
    "accounts_invitation_revoke": 404,
}
BY_SECRET = {
    "accounts_invitation",
    "accounts_setup",
    "account_confirm_email",
    "account_reset_password_from_key",
}


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace is None:
                yield from names(pattern.url_patterns)
        elif pattern.name and pattern.name.startswith(("account", "usersessions")):
            yield pattern.name


def test_the_table_has_every_address() -> None:
    every = set(names(get_resolver().url_patterns))

    assert every == set(OPEN) | set(OF_A_TEAM) | BY_SECRET


@pytest.mark.parametrize("name", OPEN)
def test_pages_of_ones_own(client: Client, charlie: User, name: str) -> None:
    anonymous, signed_in = OPEN[name]

    assert client.get(reverse(name)).status_code == anonymous
    client.force_login(charlie)
    assert client.get(reverse(name)).status_code == signed_in


def address(name: str, team: Team, bob: User, invitation: uuid.UUID) -> str:
    arguments = [team.pk]
    if "member" in name:
        arguments.append(bob.pk)
    if "revoke" in name:
        arguments.append(invitation)
    return reverse(name, args=arguments)


@pytest.mark.parametrize("name", OF_A_TEAM)
def test_a_team_is_hidden_from_strangers_and_managed_by_owners(
    client: Client, team: Team, alice: User, bob: User, charlie: User, name: str
) -> None:
    invitation, _ = invitation_create(actor=alice, team=team)
    path = address(name, team, bob, invitation.pk)
    data = {"name": "Taken", "role": "viewer", "days": "7"}
    method = client.get if name == "accounts_team" else client.post
    before = state(team, invitation.pk)

    assert method(path, data).status_code == LOGIN
    client.force_login(charlie)
    assert method(path, data).status_code == 404
    unknown = path.replace(str(team.pk), str(uuid.uuid4()))
    assert method(unknown, data).status_code == 404
    client.force_login(bob)
    members_may = {"accounts_team": 200, "accounts_team_select": 302}
    if name != "accounts_team_leave":
        assert method(path, data).status_code == members_may.get(name, 403)
    assert state(team, invitation.pk) == before
    client.force_login(alice)
    assert method(path, data).status_code in {200, 302}


def state(team: Team, invitation: uuid.UUID) -> object:
    team.refresh_from_db()
    return (
        team.name,
        list(team.memberships.values_list("user", "role")),
        list(team.invitations.values_list("pk", "revoked_at")),
    )


@pytest.mark.parametrize("name", OF_A_TEAM.keys() - {"accounts_team"})
def test_nothing_changes_by_a_get(
    client: Client, team: Team, alice: User, bob: User, name: str
) -> None:
    client.force_login(alice)

    path = address(name, team, bob, uuid.uuid4())
    assert client.get(path).status_code == 405


@pytest.mark.parametrize("secret", ["invented", "a" * 500, "%00", "..%2f"])
def test_an_invented_secret_opens_nothing(client: Client, secret: str) -> None:
    for path in (f"/invitations/{secret}/", f"/setup/{secret}/"):
        assert client.get(path).status_code == 404


def admin_addresses() -> list[str]:
    lists = [
        f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        for model in admin.site._registry
    ]
    return [reverse(name) for name in ("admin:index", "admin:search", *lists)]


def test_the_admin_is_for_staff_with_the_right(client: Client, alice: User) -> None:
    clerk = UserFactory.create(is_staff=True)
    root = UserFactory.create(is_staff=True, is_superuser=True)
    for path in admin_addresses():
        client.logout()
        anonymous = client.get(path, follow=True)
        assert anonymous.redirect_chain[-1][0].startswith("/accounts/login/"), path
        client.force_login(alice)
        member = client.get(path, follow=True)
        assert member.status_code == 403, path
        client.force_login(clerk)
        if path not in {reverse("admin:index"), reverse("admin:search")}:
            assert client.get(path).status_code == 403, path
        client.force_login(root)
        assert client.get(path).status_code == 200, path


def test_its_sign_in_page_is_the_products(client: Client) -> None:
    response = client.post(
        reverse("admin:login"), {"username": "root@example.com", "password": "guess"}
    )

    assert response["Location"].startswith("/accounts/login/")
