"""Who loses a right has their open sockets told at once."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from asgiref.sync import async_to_sync
from channels.layers import BaseChannelLayer, get_channel_layer
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from tests.factories import PASSWORD
from tests.webapp.accounts.test_sign_in import sign_in
from webapp.accounts.models import Team, User
from webapp.accounts.services import member_remove, member_set_role, team_leave
from webapp.common import hints

pytestmark = pytest.mark.django_db
MEMORY = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}


@pytest.fixture
def told(
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> Iterator[Callable[[User, Callable[[], object]], bool]]:
    """Was this person's socket told to check again by this deed?"""
    settings.CHANNEL_LAYERS = MEMORY
    layer = get_channel_layer()
    assert layer is not None

    def happened(person: User, deed: Callable[[], object]) -> bool:
        channel = f"socket.{person}"
        async_to_sync(layer.group_add)(f"person.{person.pk}", channel)
        with django_capture_on_commit_callbacks(execute=True):
            deed()
        queue = layer.channels.get(channel)
        if queue is None or queue.empty():
            return False
        assert async_to_sync(layer.receive)(channel) == {"type": "recheck"}
        return True

    yield happened


def test_removed_demoted_and_leaving_people_are_told(
    team: Team, alice: User, bob: User, told: Callable[..., bool]
) -> None:
    assert told(
        bob,
        lambda: member_set_role(actor=alice, team=team, person=bob, role="viewer"),
    )
    assert told(bob, lambda: member_remove(actor=alice, team=team, person=bob))
    bob.memberships.create(team=team)
    assert told(bob, lambda: team_leave(person=bob, team=team))


def test_others_are_not(
    team: Team, alice: User, bob: User, told: Callable[..., bool]
) -> None:
    assert not told(alice, lambda: member_remove(actor=alice, team=team, person=bob))


def test_switching_somebody_off_tells_them(
    alice: User, told: Callable[..., bool]
) -> None:
    alice.is_active = False
    assert told(alice, alice.save)


def test_a_new_theme_does_not(alice: User, told: Callable[..., bool]) -> None:
    alice.theme = "dark"
    assert not told(alice, lambda: alice.save(update_fields=["theme"]))


def test_signing_out_and_a_new_password_tell(
    client: Client, alice: User, told: Callable[..., bool]
) -> None:
    sign_in(client, alice.email)
    change = {"oldpassword": PASSWORD, "password1": "another one here"}
    change["password2"] = change["password1"]

    assert told(alice, lambda: client.post(reverse("account_change_password"), change))
    assert told(alice, lambda: client.post(reverse("account_logout")))


def test_when_a_socket_is_told_the_session_is_gone_already(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would check, find the session, and stay open."""
    sign_in(client, alice.email)
    found: list[bool] = []
    monkeypatch.setattr(
        "webapp.accounts.signals.person_recheck",
        lambda person_id: found.append(Session.objects.exists()),
    )

    client.post(reverse("account_logout"))

    assert found == [False]


def test_ending_other_sessions_tells(alice: User, told: Callable[..., bool]) -> None:
    here, there = Client(), Client()
    sign_in(here, alice.email)
    sign_in(there, alice.email)

    assert told(alice, lambda: here.post(reverse("usersessions_list")))


def test_a_dead_redis_does_not_undo_the_deed(
    team: Team,
    alice: User,
    bob: User,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [{"address": "unix:///nowhere/redis.sock"}]},
        }
    }
    with django_capture_on_commit_callbacks(execute=True):
        member_remove(actor=alice, team=team, person=bob)

    assert not team.memberships.filter(user=bob).exists()


class HangingLayer(BaseChannelLayer):  # type: ignore[misc]  # channels is untyped
    async def group_send(self, group: str, message: dict[str, str]) -> None:
        await asyncio.Event().wait()


def test_a_hanging_redis_does_not_hold_up_the_deed(
    *,
    team: Team,
    alice: User,
    bob: User,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    monkeypatch.setattr(hints, "SECONDS", 0)
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": f"{__name__}.HangingLayer"}}
    with django_capture_on_commit_callbacks(execute=True):
        member_remove(actor=alice, team=team, person=bob)

    assert not team.memberships.filter(user=bob).exists()
