"""A socket does only what its person may, and only as long as they may."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.webapp.chat.factories import answer, ask, leaf_of, new_key
from tests.webapp.chat.socket import Socket, cookie_of, in_database, sign_in
from webapp.accounts.models import Membership, User
from webapp.chat.models import Message
from webapp.chat.services import Sent
from webapp.common import frames
from webapp.generation.models import Generation

pytestmark = pytest.mark.django_db(transaction=True)


def _frames(sent: Sent) -> list[dict[str, Any]]:
    conversation, message = str(sent.conversation.pk), str(sent.message.pk)
    generation = str(sent.generation.pk)
    return [
        {"kind": "open", "conversation": conversation},
        {"kind": "open", "conversation": conversation, "leaf": None},
        {"kind": "send", "key": new_key(), "text": "x", "conversation": conversation},
        {"kind": "send", "key": new_key(), "text": "x", "parent": message},
        {"kind": "regenerate", "key": new_key(), "message": message},
        {"kind": "continue", "key": new_key(), "message": message},
        {"kind": "stop", "generation": generation},
        {"kind": "resume", "generation": generation, "after": 0},
    ]


def _unknown(frame: dict[str, Any]) -> dict[str, Any]:
    ids = ("conversation", "message", "generation", "parent")
    return {name: str(uuid4()) if name in ids else v for name, v in frame.items()}


async def test_what_is_anothers_is_unknown(
    alice: User, bob: User, charlie: User
) -> None:
    def prepare() -> Sent:
        sent = ask(alice, "Secret")
        answer(sent.generation, "A secret", reason="length")
        return ask(alice, "More", conversation_id=sent.conversation.pk)

    sent = await in_database(prepare)
    for person in (bob, charlie):
        async with await Socket.of(person) as socket:
            for frame in _frames(sent):
                theirs = await socket.ask(**frame)
                unknown = await socket.ask(**_unknown(frame))
                assert theirs["code"] == unknown["code"] == "not_found"
                assert theirs["message"] == unknown["message"]
        assert "Secret" not in str(socket.frames)
    generation = await in_database(
        lambda: Generation.objects.get(pk=sent.generation.pk)
    )
    assert generation.status == Generation.Status.QUEUED
    assert await in_database(Message.objects.count) == 4


async def test_who_is_not_signed_in_is_turned_away(alice: User) -> None:
    for cookie in ("", "sessionid=nonsense"):
        socket = Socket(cookie)
        assert await socket.connect()
        assert await socket.closed() == frames.CLOSE_SIGNED_OUT


async def _socket_and_client(person: User) -> tuple[Socket, Client]:
    client = await sign_in(person)
    return Socket(await in_database(lambda: cookie_of(client))), client


async def test_signing_out_closes_the_socket(alice: User) -> None:
    socket, client = await _socket_and_client(alice)
    async with socket:
        await in_database(client.logout)
        assert await socket.closed() == frames.CLOSE_SIGNED_OUT


async def test_a_changed_password_closes_the_socket(alice: User) -> None:
    socket, _ = await _socket_and_client(alice)

    def change() -> None:
        alice.set_password("another battery staple")
        alice.save()

    async with socket:
        await in_database(change)
        assert await socket.closed() == frames.CLOSE_SIGNED_OUT


async def test_a_disabled_account_closes_the_socket(alice: User) -> None:
    socket, _ = await _socket_and_client(alice)

    def disable() -> None:
        alice.is_active = False
        alice.save()

    async with socket:
        await in_database(disable)
        assert await socket.closed() == frames.CLOSE_SIGNED_OUT


async def test_a_lost_hint_is_made_up_for_at_the_next_command(alice: User) -> None:
    socket, client = await _socket_and_client(alice)
    async with socket:
        # Behind the back of every signal.
        await in_database(
            lambda: User.objects.filter(pk=alice.pk).update(is_active=False)
        )
        await socket.send({"type": "send", "key": new_key(), "text": "Hello"})
        assert await socket.closed() == frames.CLOSE_SIGNED_OUT
    assert not await in_database(Generation.objects.exists)
    assert client.session.session_key


async def test_a_lowered_role_counts_at_once(bob: User) -> None:
    async with await Socket.of(bob) as socket:
        first = await socket.ask("send", key=new_key(), text="Hello")
        assert first["type"] == "ok"
        await in_database(
            lambda: Membership.objects.filter(user=bob).update(
                role=Membership.Role.VIEWER
            )
        )
        refused = await socket.ask("send", key=new_key(), text="Hello again")
        assert refused["code"] == "forbidden"


async def test_the_key_of_another_person_opens_nothing(
    alice: User, charlie: User
) -> None:
    key = new_key()
    async with await Socket.of(alice) as one, await Socket.of(charlie) as two:
        first = await one.ask("send", key=key, text="Hello")
        second = await two.ask("send", key=key, text="Hello")
    assert first["conversation"] != second["conversation"]


async def test_a_resumed_answer_of_a_closed_page_is_still_the_owners(
    alice: User,
) -> None:
    sent = await in_database(lambda: ask(alice, "Hello"))
    await in_database(lambda: answer(sent.generation, "Hi."))
    leaf = await in_database(lambda: leaf_of(sent.conversation))
    async with await Socket.of(alice) as socket:
        await socket.ask("resume", generation=str(leaf.generation_id), after=-1)
        snapshot = await socket.until("snapshot")
        await socket.until("finished")
    assert snapshot["blocks"] == ["<p>Hi.</p>"]
