"""The list of browsers that are signed in."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.webapp.accounts.test_sign_in import sign_in
from webapp.accounts.models import User
from webapp.accounts.tasks import clear_sessions

pytestmark = pytest.mark.django_db


def test_it_lists_ones_own_browsers_and_nobody_elses(alice: User, bob: User) -> None:
    here = Client(headers={"user-agent": "Here/1"})
    sign_in(here, alice.email)
    sign_in(Client(headers={"user-agent": "There/1"}), alice.email)
    sign_in(Client(headers={"user-agent": "Bobs/1"}), bob.email)

    page = here.get(reverse("usersessions_list")).content.decode()

    assert "Here/1" in page
    assert "There/1" in page
    assert "Bobs/1" not in page


def test_signing_out_everywhere_else_leaves_this_one(alice: User, bob: User) -> None:
    here, there, bobs = Client(), Client(), Client()
    sign_in(here, alice.email)
    sign_in(there, alice.email)
    sign_in(bobs, bob.email)

    here.post(reverse("usersessions_list"))

    page = reverse("accounts_settings")
    assert here.get(page).status_code == 200
    assert there.get(page).status_code == 302
    assert bobs.get(page).status_code == 200


def test_a_visit_is_noted_only_now_and_then(client: Client, alice: User) -> None:
    sign_in(client, alice.email)
    client.get(reverse("accounts_settings"))
    seen = UserSession.objects.get().last_seen_at
    client.get(reverse("accounts_settings"))
    assert UserSession.objects.get().last_seen_at == seen

    old = timezone.now() - timedelta(minutes=6)
    UserSession.objects.update(last_seen_at=old)
    client.get(reverse("accounts_settings"))
    assert UserSession.objects.get().last_seen_at >= seen


def test_housekeeping_forgets_what_ran_out(alice: User, bob: User) -> None:
    for person in (alice, bob):
        sign_in(Client(), person.email)
    yesterday = timezone.now() - timedelta(days=1)
    UserSession.objects.update(created_at=yesterday)
    alices = UserSession.objects.get(user=alice).session_key
    Session.objects.filter(pk=alices).update(expire_date=yesterday)

    clear_sessions()

    assert [row.user for row in UserSession.objects.all()] == [bob]
    assert Session.objects.count() == 1
