"""The chat socket: an answer streams, and all tabs show the same."""

import asyncio
from uuid import UUID

import pytest

from tests.webapp.chat.factories import (
    answer,
    ask,
    claim,
    end,
    fail,
    leaf_of,
    new_key,
    talk,
    write,
)
from tests.webapp.chat.socket import Frame, Socket, in_database, shown
from webapp.accounts import socket
from webapp.accounts.models import User
from webapp.chat import consumers
from webapp.chat.models import Conversation, Message
from webapp.chat.services import branch_select, conversation_delete
from webapp.common import frames
from webapp.common.markdown import render
from webapp.generation.models import Generation

pytestmark = pytest.mark.django_db(transaction=True)

TOKENS = ["# Ti", "tle\n", "\nWo", "rds 中", "文 👩‍👩‍👧\n\n", "- a\n", "- b", "\n\nEnd"]
TEXT = "".join(TOKENS)


async def stream(generation_id: str, texts: list[str] = TOKENS) -> None:
    generation = await in_database(lambda: Generation.objects.get(pk=generation_id))
    epoch = await in_database(lambda: claim(generation))
    await in_database(lambda: write(generation, texts, epoch=epoch))
    await in_database(
        lambda: end(generation, "".join(texts), epoch=epoch, tokens=len(texts))
    )


async def send(socket: Socket, text: str = "Hello", **fields: object) -> Frame:
    ok = await socket.ask("send", key=new_key(), text=text, **fields)
    assert ok["type"] == "ok", ok
    return ok


async def test_a_first_message_is_answered_word_by_word(alice: User) -> None:
    async with await Socket.of(alice) as socket:
        ok = await send(socket, "Say *something*")
        assert ok["url"] == f"/c/{ok['conversation']}/"

        messages = await socket.until("messages")
        assert messages["conversation"] == ok["conversation"]
        assert messages["leaf"] == ok["message"]
        assert messages["parent"] is None
        assert "Say *something*" in messages["html"]
        assert ok["generation"] in messages["html"]
        snapshot = await socket.until("snapshot")
        assert (snapshot["seq"], snapshot["blocks"], snapshot["open"]) == (0, [], "")

        await stream(ok["generation"])
        finished = await socket.until("finished", generation=ok["generation"])

    assert finished["reason"] == "stop"
    assert finished["tokens"] == len(TOKENS)
    assert "message-actions" in finished["html"]
    assert shown(socket.frames, ok["generation"]) == "".join(render(TEXT))


async def test_two_tabs_see_the_same(alice: User) -> None:
    conversation = await in_database(lambda: talk(alice, "Hello", "Hi."))
    leaf = str(await in_database(lambda: leaf_of(conversation).pk))
    async with await Socket.of(alice) as one, await Socket.of(alice) as two:
        for tab in (one, two):
            ok = await tab.ask("open", conversation=str(conversation.pk))
            assert ok["type"] == "ok"
        sent = await send(one, "More", conversation=str(conversation.pk))
        for tab in (one, two):
            messages = await tab.until("messages")
            # Only what is new: what the tab shows already is not sent again.
            assert messages["parent"] == leaf
            assert messages["html"].count("<article") == 2
            await tab.until("snapshot", generation=sent["generation"])
        await stream(sent["generation"])
        for tab in (one, two):
            await tab.until("finished", generation=sent["generation"])
    whole = "".join(render(TEXT))
    assert shown(one.frames, sent["generation"]) == whole
    assert shown(two.frames, sent["generation"]) == whole


async def test_a_page_opened_in_the_middle_goes_on(alice: User) -> None:
    sent = await in_database(lambda: ask(alice, "Hello"))
    epoch = await in_database(lambda: claim(sent.generation))
    await in_database(lambda: write(sent.generation, TOKENS[:4], epoch=epoch))
    async with await Socket.of(alice) as socket:
        await socket.ask("open", conversation=str(sent.conversation.pk))
        snapshot = await socket.until("snapshot")
        assert snapshot["seq"] == 4
        assert snapshot["blocks"] == render("# Title\n")
        assert snapshot["open"] == "\nWords 中"
        await in_database(lambda: write(sent.generation, TOKENS, epoch=epoch))
        await in_database(
            lambda: end(sent.generation, TEXT, epoch=epoch, tokens=len(TOKENS))
        )
        await socket.until("finished")
    assert shown(socket.frames, str(sent.generation.pk)) == "".join(render(TEXT))


async def test_a_tab_that_was_away_resumes_without_loss(alice: User) -> None:
    sent = await in_database(lambda: ask(alice, "Hello"))
    generation = str(sent.generation.pk)
    await stream(generation)
    async with await Socket.of(alice) as socket:
        ok = await socket.ask("resume", generation=generation, after=3)
        assert ok["type"] == "ok"
        await socket.until("finished", generation=generation)
    assert shown(socket.frames, generation) == "".join(render(TEXT))


async def test_a_page_that_shows_another_branch_is_put_right(alice: User) -> None:
    conversation = await in_database(lambda: talk(alice, "Hello", "Hi."))
    async with await Socket.of(alice) as socket:
        await socket.ask("open", conversation=str(conversation.pk), leaf=None)
        messages = await socket.until("messages")
    assert messages["parent"] is None
    assert messages["html"].count("<article") == 2


async def test_choosing_a_branch_reaches_the_other_tab(alice: User) -> None:
    conversation = await in_database(lambda: talk(alice, "One", "1"))
    first = (await in_database(lambda: leaf_of(conversation))).pk

    def again() -> None:
        sent = ask(alice, "Uno", conversation_id=conversation.pk, parent_id=None)
        answer(sent.generation, "1!")

    await in_database(again)
    async with await Socket.of(alice) as socket:
        await socket.ask("open", conversation=str(conversation.pk))
        await in_database(lambda: branch_select(person=alice, message_id=first))
        messages = await socket.until("messages")
    assert "One" in messages["html"]
    assert "Uno" not in messages["html"]
    assert "1 of 2" in messages["html"]


async def test_stop_regenerate_and_continue(alice: User) -> None:
    async with await Socket.of(alice) as socket:
        sent = await send(socket)
        stopped = await socket.ask("stop", generation=sent["generation"])
        assert stopped["type"] == "ok"
        finished = await socket.until("finished", generation=sent["generation"])
        assert finished["reason"] == "cancelled"

        again = await socket.ask("regenerate", key=new_key(), message=sent["message"])
        assert again["message"] != sent["message"]
        generation = await in_database(
            lambda: Generation.objects.get(pk=again["generation"])
        )
        await in_database(lambda: answer(generation, "1, 2", reason="length"))
        await socket.until("finished", generation=again["generation"])

        more = await socket.ask("continue", key=new_key(), message=again["message"])
        assert more["message"] == again["message"]
        snapshot = await socket.until("snapshot", generation=more["generation"])
        assert snapshot["open"] == "1, 2"
        await stream(more["generation"], [", 3", ", 4"])
        await socket.until("finished", generation=more["generation"])
    assert shown(socket.frames, more["generation"]) == "<p>1, 2, 3, 4</p>"


async def test_the_same_key_twice_gets_the_same_answer(alice: User) -> None:
    key = new_key()
    async with await Socket.of(alice) as one, await Socket.of(alice) as two:
        first = await one.ask("send", key=key, text="Hello")
        second = await two.ask("send", key=key, text="Hello")
    for name in ("conversation", "message", "generation"):
        assert first[name] == second[name]
    assert await in_database(Generation.objects.count) == 1


async def test_two_presses_at_the_same_moment_are_one_generation(alice: User) -> None:
    key = new_key()
    async with await Socket.of(alice) as one, await Socket.of(alice) as two:
        first, second = await asyncio.gather(
            one.ask("send", key=key, text="Hello"),
            two.ask("send", key=key, text="Hello"),
        )
    assert first["generation"] == second["generation"]
    assert await in_database(Message.objects.count) == 2


async def test_a_reader_who_takes_nothing_is_sent_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "SEND_SECONDS", 0)
    consumer = StuckConsumer()
    await consumer.send_frame({"type": "list"})
    assert consumer.closed_with == frames.CLOSE_TOO_SLOW


class StuckConsumer(consumers.ChatConsumer):
    """At the other end nobody reads."""

    closed_with: int | None = None

    async def send(self, text_data: str) -> None:
        await asyncio.Event().wait()

    async def close(self, code: int) -> None:
        self.closed_with = code


async def test_a_failure_says_why_in_words(alice: User) -> None:
    async with await Socket.of(alice) as socket:
        sent = await send(socket)
        generation = await in_database(
            lambda: Generation.objects.get(pk=sent["generation"])
        )
        await in_database(lambda: fail(generation))
        failed = await socket.until("failed", generation=sent["generation"])
    assert failed["code"] == "out_of_memory"
    assert failed["message"] == "There is not enough memory for a text this long."
    assert failed["message"] in failed["html"]


async def test_waiting_is_said_in_words(alice: User) -> None:
    async with await Socket.of(alice) as socket:
        sent = await send(socket)
        state = await socket.until("state", generation=sent["generation"])
    assert state["state"] == "unavailable"
    assert "No worker is running" in state["message"]


async def test_the_list_is_read_again_when_it_changed(alice: User, bob: User) -> None:
    async with await Socket.of(alice) as own, await Socket.of(bob) as other:
        sent = await in_database(lambda: ask(alice, "Hello"))
        await own.until("list")
        await in_database(
            lambda: conversation_delete(
                person=alice, conversation_id=sent.conversation.pk
            )
        )
        await own.until("list")
        assert (await other.ask("ping"))["type"] == "ok"
    assert [frame["type"] for frame in other.frames] == ["hello", "ok"]


async def test_a_page_hears_that_its_conversation_is_gone(alice: User) -> None:
    conversation = await in_database(lambda: talk(alice, "Hello", "Hi."))
    async with await Socket.of(alice) as socket:
        await socket.ask("open", conversation=str(conversation.pk))
        await in_database(
            lambda: conversation_delete(person=alice, conversation_id=conversation.pk)
        )
        error = await socket.until("error")
    assert error["code"] == "not_found"
    assert error["ref"] is None


async def test_a_closed_conversation_is_not_heard_of(alice: User) -> None:
    conversation: Conversation = await in_database(lambda: talk(alice, "Hello", "Hi."))
    async with await Socket.of(alice) as one, await Socket.of(alice) as two:
        await two.ask("open", conversation=str(conversation.pk))
        assert (await two.ask("close"))["type"] == "ok"
        await send(one, "More", conversation=str(conversation.pk))
        await one.until("snapshot")
        await two.ask("ping")
    assert "messages" not in {frame["type"] for frame in two.frames}


async def test_ids_are_what_they_seem(alice: User) -> None:
    async with await Socket.of(alice) as socket:
        sent = await send(socket)
    for name in ("conversation", "message", "generation"):
        assert str(UUID(sent[name])) == sent[name]
