"""Changing a password, and getting a new one."""

import logging
import re

import pytest
from django.contrib.auth.hashers import check_password
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.factories import PASSWORD
from tests.webapp.accounts.test_sign_in import sign_in
from webapp.accounts.email_to_log import EmailBackend
from webapp.accounts.models import User

pytestmark = pytest.mark.django_db

NEW = "a different long sentence"


def test_changing_it_asks_for_the_old_one(client: Client, alice: User) -> None:
    client.force_login(alice)
    data = {"oldpassword": "wrong", "password1": NEW, "password2": NEW}

    client.post(reverse("account_change_password"), data)
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)

    client.post(reverse("account_change_password"), data | {"oldpassword": PASSWORD})
    alice.refresh_from_db()
    assert alice.check_password(NEW)


def test_changing_it_ends_the_other_sessions_but_this_one(alice: User) -> None:
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        sign_in(client, alice.email)

    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    here.post(reverse("account_change_password"), data)

    page = reverse("accounts_settings")
    assert here.get(page).status_code == 200
    assert elsewhere.get(page).status_code == 302


def test_a_reset_says_the_same_of_somebody_and_of_nobody(alice: User) -> None:
    answers = [
        Client().post(reverse("account_reset_password"), {"email": email}, follow=True)
        for email in (alice.email, "nobody@example.com")
    ]

    known, unknown = (_text(answer.content.decode()) for answer in answers)
    assert known == unknown
    assert answers[0].redirect_chain == answers[1].redirect_chain


def test_the_mailed_link_sets_a_new_password_once(
    client: Client, alice: User, mailoutbox: list[EmailMessage]
) -> None:
    client.post(reverse("account_reset_password"), {"email": "ALICE@example.com"})
    link = re.search(r"https?://[^/]+(/\S+)", str(mailoutbox[0].body))
    assert link

    form = client.get(link[1])["Location"]
    client.post(form, {"password1": NEW, "password2": NEW})
    alice.refresh_from_db()
    assert check_password(NEW, alice.password)

    again = Client().get(link[1])
    assert b"no longer works" in again.content


def test_without_a_mail_server_the_link_is_in_the_log(
    client: Client,
    alice: User,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.EMAIL_BACKEND = f"{EmailBackend.__module__}.{EmailBackend.__name__}"

    with caplog.at_level(logging.WARNING):
        client.post(reverse("account_reset_password"), {"email": alice.email})

    assert "To alice@example.com" in caplog.text
    assert "/accounts/password/reset/key/" in caplog.text


def _text(page: str) -> str:
    """A page without the token that differs each time."""
    return re.sub(r'(csrf\w*"\s*(value=)?|X-CSRFToken": ")"?\w+', "", page)
