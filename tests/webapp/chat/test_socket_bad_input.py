"""Whatever is sent: an error in words, nothing lost, nothing changed, still alive."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.webapp.chat.factories import new_key, talk
from tests.webapp.chat.socket import OWN_ORIGIN, Frame, Socket, in_database
from webapp.accounts.models import User
from webapp.chat.models import Conversation
from webapp.chat.services import conversation_delete
from webapp.common import frames
from webapp.common.socket_limits import FRAMES_AT_ONCE, MAX_SOCKETS_PER_PERSON
from webapp.generation.models import Generation

pytestmark = pytest.mark.django_db(transaction=True)

SEND: Frame = {"type": "send", "key": "k" * 32, "text": "Hello"}


@pytest.mark.parametrize(
    "data",
    [
        "",
        "{",
        "null",
        "[]",
        "42",
        '"send"',
        "{}",
        b"\xff\xfe\x00",
        b'{"type": "send", "key": "kkkkkkkkkkkkkkkk", "text": "\xff"}',
        "[" * 100_000,
        '{"type": "ping", "ref": 7}',
        '{"type": "ping", "type2": 1}',
        json.dumps({"type": "ping", "ref": "x" * 65}),
        json.dumps({"type": "fly"}),
        json.dumps({"type": ["send"]}),
        json.dumps({**SEND, "is_staff": True}),
        json.dumps({**SEND, "bypass_filter": "true"}),
        json.dumps({"type": "send", "text": "no key"}),
        json.dumps({**SEND, "text": 7}),
        json.dumps({**SEND, "text": None}),
        json.dumps({**SEND, "conversation": "../../etc"}),
        json.dumps({**SEND, "parent": 1}),
        json.dumps({**SEND, "sampling": []}),
        json.dumps({**SEND, "sampling": {"temperature": float("nan")}}),
        '{"type": "send", "key": "kkkkkkkkkkkkkkkk", "text": "half \\ud800"}',
        json.dumps({"type": "resume", "generation": str(uuid4()), "after": "all"}),
        json.dumps({"type": "resume", "generation": str(uuid4()), "after": 2**70}),
    ],
)
async def test_what_is_no_frame_is_refused(alice: User, data: str | bytes) -> None:
    async with await Socket.of(alice) as socket:
        await socket.send_raw(data)
        error = await socket.receive()
        assert error["type"] == "error"
        assert error["code"] == "frame"
        assert error["message"]
        assert (await socket.ask("ping"))["type"] == "ok"
    assert not await in_database(Generation.objects.exists)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"text": ""}, "empty"),
        ({"text": " \n\t"}, "empty"),
        ({"text": "x" * 200_001}, "too_long"),
        ({"text": "a\x00b"}, "invalid_text"),
        ({"key": "short"}, "key"),
        ({"model": "gpt-9"}, "model_unknown"),
        ({"model": "../smollm2"}, "model_unknown"),
        ({"sampling": {"temperature": -1}}, "sampling"),
        ({"sampling": {"temperature": 1e400}}, "frame"),
        ({"sampling": {"max_tokens": 2**63}}, "sampling"),
        ({"sampling": {"top_k": 1.5}}, "sampling"),
        ({"sampling": {"n": 1_000_000}}, "sampling"),
        ({"sampling": {"stop": "word"}}, "sampling"),
        ({"conversation": str(uuid4())}, "not_found"),
        ({"parent": str(uuid4())}, "not_found"),
        ({"preset": str(uuid4())}, "not_found"),
    ],
)
async def test_a_send_that_cannot_be_is_refused(
    alice: User, fields: dict[str, Any], code: str
) -> None:
    async with await Socket.of(alice) as socket:
        await socket.send({**SEND, "ref": "mine", **fields})
        error = await socket.receive()
        assert (error["type"], error["code"]) == ("error", code)
        assert error["message"]
        assert error["ref"] == ("mine" if code != "frame" else error["ref"])
        assert (await socket.ask("ping"))["type"] == "ok"
    assert not await in_database(Conversation.objects.exists)
    assert not await in_database(Generation.objects.exists)


async def test_an_unknown_field_keeps_the_ref_of_its_frame(alice: User) -> None:
    async with await Socket.of(alice) as socket:
        error = await socket.ask("ping", surprise=1)
    assert "surprise" in error["message"]


async def test_errors_are_in_the_readers_language(alice: User) -> None:
    async with await Socket.of(alice, language="zh-Hans,zh;q=0.9") as socket:
        chinese = await socket.ask("send", key=new_key(), text=" ")
    async with await Socket.of(alice, language="fr") as socket:
        fallback = await socket.ask("send", key=new_key(), text=" ")
    assert fallback["message"] == "Write a message first."
    assert chinese["code"] == fallback["code"] == "empty"


async def test_a_frame_of_ten_megabytes_closes_the_socket(alice: User) -> None:
    async with await Socket.of(alice) as socket:
        await socket.send({**SEND, "text": "x" * 10_000_000})
        assert await socket.closed() == frames.CLOSE_TOO_LARGE


async def test_a_flood_of_frames_closes_the_socket(alice: User) -> None:
    async with await Socket.of(alice) as socket:
        for _ in range(3 * FRAMES_AT_ONCE):
            await socket.send_raw("{}")
        assert await socket.closed() == frames.CLOSE_TOO_MANY


async def test_one_person_has_so_many_sockets_and_no_more(
    alice: User, bob: User
) -> None:
    first = await Socket.of(alice)
    sockets = [first, *[await Socket.of(alice) for _ in range(MAX_SOCKETS_PER_PERSON)]]
    for socket in sockets[:-1]:
        await socket.__aenter__()
    assert await sockets[-1].connect()
    assert await sockets[-1].closed() == frames.CLOSE_TOO_MANY
    async with await Socket.of(bob) as other:
        assert (await other.ask("ping"))["type"] == "ok"
    for socket in sockets[:-1]:
        await socket.__aexit__()
    async with await Socket.of(alice) as again:
        assert (await again.ask("ping"))["type"] == "ok"


async def test_a_deleted_conversation_is_unknown(alice: User) -> None:
    conversation = await in_database(lambda: talk(alice, "Hello", "Hi."))
    await in_database(
        lambda: conversation_delete(person=alice, conversation_id=conversation.pk)
    )
    gone = str(conversation.pk)
    async with await Socket.of(alice) as socket:
        opened = await socket.ask("open", conversation=gone)
        sent = await socket.ask("send", key=new_key(), text="Hi", conversation=gone)
    assert opened["code"] == sent["code"] == "not_found"
    assert opened["message"] == "There is no such conversation."


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "",
        "https://evil.example",
        "http://127.0.0.1:1",
        f"{OWN_ORIGIN}.evil.example",
        OWN_ORIGIN.replace("http://", "https://"),
        OWN_ORIGIN.replace("127.0.0.1", "127.0.0.1.evil.example"),
        "not a url\x0b",
    ],
)
async def test_a_foreign_or_missing_origin_is_refused(
    alice: User, origin: str | None
) -> None:
    socket = await Socket.of(alice, origin=origin)
    assert not await socket.connect()
