"""Guessing is made hard without giving strangers a way to lock others out."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.factories import PASSWORD
from tests.webapp.accounts.test_sign_in import sign_in
from webapp.accounts.models import User

pytestmark = pytest.mark.django_db

ATTACKER, HOME = "203.0.113.7", "198.51.100.9"


def guess(email: str, times: int, **meta: str) -> None:
    for number in range(times):
        sign_in(Client(), email, f"guess {number}", **meta)


def enters(email: str, **meta: str) -> bool:
    client = Client()
    sign_in(client, email, PASSWORD, **meta)
    return "_auth_user_id" in client.session


def test_one_address_from_one_place_is_held_back_after_five_failures(
    alice: User,
) -> None:
    guess(alice.email, 5, REMOTE_ADDR=ATTACKER)

    assert not enters(alice.email, REMOTE_ADDR=ATTACKER)


def test_the_owner_still_gets_in_from_elsewhere(alice: User) -> None:
    guess(alice.email, 15, REMOTE_ADDR=ATTACKER)

    assert enters(alice.email, REMOTE_ADDR=HOME)


def test_another_person_at_the_same_place_still_gets_in(alice: User, bob: User) -> None:
    guess(alice.email, 10, REMOTE_ADDR=ATTACKER)

    assert enters(bob.email, REMOTE_ADDR=ATTACKER)


def test_one_place_is_held_back_after_twenty_failures_over_all_addresses(
    alice: User,
) -> None:
    for number in range(20):
        guess(f"person{number}@example.com", 1, REMOTE_ADDR=ATTACKER)

    assert not enters(alice.email, REMOTE_ADDR=ATTACKER)
    assert enters(alice.email, REMOTE_ADDR=HOME)


def test_another_spelling_of_the_address_does_not_start_a_new_count(
    alice: User,
) -> None:
    for number in range(5):
        guess("ALICE@example.com" if number % 2 else "alice@example.com", 1)

    assert not enters(alice.email)


def test_a_header_that_anybody_can_send_does_not_change_the_place(alice: User) -> None:
    for number in range(5):
        guess(alice.email, 1, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")

    assert not enters(alice.email, HTTP_X_FORWARDED_FOR="192.0.2.99")


def test_behind_a_trusted_proxy_the_header_tells_the_place(
    alice: User, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    guess(alice.email, 5, HTTP_X_FORWARDED_FOR=f"192.0.2.1, {ATTACKER}")

    assert not enters(alice.email, HTTP_X_FORWARDED_FOR=f"192.0.2.2, {ATTACKER}")
    assert enters(alice.email, HTTP_X_FORWARDED_FOR=f"{ATTACKER}, {HOME}")
