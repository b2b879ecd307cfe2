"""Signing up, and under which policy."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.factories import PASSWORD
from webapp.accounts.models import Team, User
from webapp.accounts.services import invitation_create

pytestmark = pytest.mark.django_db


def sign_up(client: Client, email: str = "dora@example.com", **fields: str) -> Any:
    data = {"email": email, "password1": PASSWORD, **fields}
    return client.post(reverse("account_signup"), data)


def test_it_makes_a_person_who_is_signed_in(client: Client) -> None:
    response = sign_up(client, name="Dora")

    assert response.status_code == 302
    assert response["Location"] == "/"
    dora = User.objects.get()
    assert (dora.email, dora.name) == ("dora@example.com", "Dora")
    assert client.session["_auth_user_id"] == str(dora.pk)


def test_it_never_makes_an_administrator_even_of_the_first(client: Client) -> None:
    sign_up(client, is_staff="on", is_superuser="1", role="owner")

    dora = User.objects.get()
    assert not dora.is_staff
    assert not dora.is_superuser


def test_it_keeps_the_password_with_argon2(client: Client) -> None:
    sign_up(client)

    assert User.objects.get().password.startswith("argon2$argon2id$")


@pytest.mark.parametrize(
    "spelling", ["ALICE@example.com", "alice@EXAMPLE.com", "alice@ｅｘａｍｐｌｅ.com"]
)
def test_it_takes_another_spelling_for_the_same_address(
    client: Client, alice: User, spelling: str
) -> None:
    response = sign_up(client, spelling)

    assert response.status_code == 200
    assert "email" in response.context["form"].errors
    assert User.objects.count() == 1


@pytest.mark.parametrize("look_alike", ["аlice@example.com", "alice@exаmple.com"])
def test_it_refuses_a_look_alike_address(
    client: Client, alice: User, look_alike: str
) -> None:
    response = sign_up(client, look_alike)

    assert "email" in response.context["form"].errors
    assert User.objects.count() == 1


@pytest.mark.parametrize("password", ["", "short", "password", "12345678901"])
def test_it_refuses_a_password_that_is_easily_guessed(
    client: Client, password: str
) -> None:
    response = sign_up(client, password1=password)

    assert "password1" in response.context["form"].errors
    assert not User.objects.exists()


def test_a_second_press_of_the_button_is_told_to_sign_in(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both presses passed the form's check before either was saved."""
    monkeypatch.setattr(
        "allauth.account.internal.flows.manage_email.email_already_exists",
        lambda email, **kwargs: (email, False),
    )
    sign_up(client)
    response = sign_up(Client())

    assert response["Location"] == reverse("account_login")
    assert User.objects.count() == 1


@pytest.mark.parametrize("policy", ["invitation", "closed"])
def test_it_is_closed_to_strangers(
    client: Client, settings: Settings, policy: str
) -> None:
    settings.SIGNUP_POLICY = policy

    assert b"Sign-up is closed" in client.get(reverse("account_signup")).content
    sign_up(client)
    assert not User.objects.exists()


def test_an_invitation_opens_it_under_the_policy_of_invitations(
    client: Client, settings: Settings, team: Team, alice: User
) -> None:
    settings.SIGNUP_POLICY = "invitation"
    _, secret = invitation_create(actor=alice, team=team, role="viewer")

    client.get(reverse("accounts_invitation", args=[secret]))
    assert b"Translators" in client.get(reverse("account_signup")).content
    sign_up(client)

    dora = User.objects.get(email="dora@example.com")
    assert dora.active_team == team
    assert dora.memberships.get().role == "viewer"


def test_an_invitation_does_not_open_what_is_closed(
    client: Client, settings: Settings, team: Team, alice: User
) -> None:
    settings.SIGNUP_POLICY = "closed"
    _, secret = invitation_create(actor=alice, team=team)

    client.get(reverse("accounts_invitation", args=[secret]))
    sign_up(client)

    assert not User.objects.filter(email="dora@example.com").exists()


def test_one_invitation_lets_one_of_two_sign_up(
    settings: Settings, team: Team, alice: User
) -> None:
    settings.SIGNUP_POLICY = "invitation"
    _, secret = invitation_create(actor=alice, team=team)
    first, second = Client(), Client()
    for client in (first, second):
        client.get(reverse("accounts_invitation", args=[secret]))

    sign_up(first, "dora@example.com")
    sign_up(second, "eve@example.com")

    assert User.objects.filter(email="dora@example.com").exists()
    assert not User.objects.filter(email="eve@example.com").exists()
