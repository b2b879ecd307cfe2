"""Signing in and out, and what an attacker learns from it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD
from webapp.accounts.models import User

pytestmark = pytest.mark.django_db


def sign_in(client: Client, email: str, password: str = PASSWORD, **meta: Any) -> Any:
    data = {"login": email, "password": password}
    return client.post(reverse("account_login"), data, **meta)


def test_it_lets_a_person_in_whatever_the_case_of_the_address(
    client: Client, alice: User
) -> None:
    assert sign_in(client, "Alice@EXAMPLE.com")["Location"] == "/"
    assert client.session["_auth_user_id"] == str(alice.pk)


def test_it_goes_on_to_where_the_person_wanted_to_go(
    client: Client, alice: User
) -> None:
    wanted = client.get(reverse("accounts_settings"))["Location"]

    data = {"login": alice.email, "password": PASSWORD, "next": "/settings/"}
    assert wanted == "/accounts/login/?next=/settings/"
    assert client.post(wanted, data)["Location"] == "/settings/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/"])
def test_it_does_not_go_on_to_another_host(
    client: Client, alice: User, elsewhere: str
) -> None:
    data = {"login": alice.email, "password": PASSWORD, "next": elsewhere}

    assert client.post(reverse("account_login"), data)["Location"] == "/"


def test_it_says_the_same_of_a_wrong_password_and_of_nobody(
    client: Client, alice: User
) -> None:
    wrong = sign_in(client, alice.email, "not the password")
    nobody = sign_in(client, "nobody@example.com", "not the password")

    assert wrong.status_code == nobody.status_code == 200
    assert wrong.context["form"].errors == nobody.context["form"].errors


@pytest.mark.parametrize("password", ["", " "])
def test_it_refuses_an_empty_password(
    client: Client, alice: User, password: str
) -> None:
    alice.set_unusable_password()
    alice.save()

    assert sign_in(client, alice.email, password).status_code == 200
    assert "_auth_user_id" not in client.session


def test_it_keeps_out_who_was_switched_off(client: Client, alice: User) -> None:
    alice.is_active = False
    alice.save()

    sign_in(client, alice.email)

    assert "_auth_user_id" not in client.session


def test_signing_out_takes_a_post(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert client.get(reverse("account_logout")).status_code == 200
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session
