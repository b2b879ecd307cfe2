"""An answer again, an answer carried on, an answer stopped; and the branches."""

from uuid import uuid4

import pytest

from tests.webapp.chat.factories import answer, ask, claim, end, leaf_of, new_key, talk
from webapp.accounts.models import User
from webapp.chat.entries import branch
from webapp.chat.models import Conversation, Message
from webapp.chat.services import (
    branch_select,
    generation_stop,
    message_continue,
    message_regenerate,
)
from webapp.common.errors import ApplicationError, NotFoundError
from webapp.generation.models import Generation


def bodies(conversation: Conversation) -> list[str]:
    conversation.refresh_from_db()
    return [entry.message.body for entry in branch(conversation)]


def test_another_answer_stands_beside_the_first(alice: User) -> None:
    conversation = talk(alice, "Hello", "Hi.")
    first = leaf_of(conversation)
    sent = message_regenerate(person=alice, key=new_key(), message_id=first.pk)
    answer(sent.generation, "Good day.")

    assert bodies(conversation) == ["Hello", "Good day."]
    entry = branch(conversation)[1]
    assert (entry.number, entry.siblings) == (2, 2)
    assert entry.previous_id == first.pk
    assert entry.next_id is None


def test_the_same_key_regenerates_once(alice: User) -> None:
    conversation = talk(alice, "Hello", "Hi.")
    key, message_id = new_key(), leaf_of(conversation).pk
    first = message_regenerate(person=alice, key=key, message_id=message_id)
    second = message_regenerate(person=alice, key=key, message_id=message_id)
    assert first.generation == second.generation
    assert conversation.messages.count() == 3


def test_a_question_is_not_regenerated(alice: User) -> None:
    question = leaf_of(talk(alice, "Hello", "Hi.")).parent
    assert question is not None
    with pytest.raises(ApplicationError) as caught:
        message_regenerate(person=alice, key=new_key(), message_id=question.pk)
    assert caught.value.code == "not_an_answer"


def test_choosing_a_sibling_shows_its_newest_turns(alice: User) -> None:
    conversation = talk(alice, "One", "1", "Two", "2")
    old_leaf = leaf_of(conversation)
    sent = ask(alice, "Uno", conversation_id=conversation.pk, parent_id=None)
    answer(sent.generation, "1!")
    assert bodies(conversation) == ["Uno", "1!"]

    first = branch(conversation)[0].previous_id
    assert first is not None
    branch_select(person=alice, message_id=first)
    assert bodies(conversation) == ["One", "1", "Two", "2"]
    assert leaf_of(conversation) == old_leaf


@pytest.mark.parametrize("reason", ["length", "cancelled"])
def test_a_cut_answer_goes_on_in_the_same_message(alice: User, reason: str) -> None:
    sent = ask(alice, "Count", sampling={"seed": 3, "max_tokens": 4})
    answer(sent.generation, "1, 2", reason=reason)
    more = message_continue(person=alice, key=new_key(), message_id=sent.message.pk)

    assert more.message == sent.message
    assert more.generation.prefix == "1, 2"
    assert more.generation.prefix_token_ids == [1, 2, 3, 4]
    assert more.generation.messages == sent.generation.messages
    assert more.generation.sampling == sent.generation.sampling
    answer(more.generation, ", 3")
    assert bodies(sent.conversation) == ["Count", "1, 2, 3"]


def test_a_whole_answer_does_not_go_on(alice: User) -> None:
    leaf = leaf_of(talk(alice, "Hello", "Hi."))
    with pytest.raises(ApplicationError) as caught:
        message_continue(person=alice, key=new_key(), message_id=leaf.pk)
    assert caught.value.code == "not_continuable"


def test_an_answer_that_was_replied_to_does_not_go_on(alice: User) -> None:
    sent = ask(alice, "Count")
    answer(sent.generation, "1", reason="length")
    ask(alice, "Thanks", conversation_id=sent.conversation.pk)
    with pytest.raises(ApplicationError) as caught:
        message_continue(person=alice, key=new_key(), message_id=sent.message.pk)
    assert caught.value.code == "not_continuable"


def test_a_queued_answer_is_stopped_at_once(alice: User) -> None:
    sent = ask(alice, "Hello")
    generation_stop(person=alice, generation_id=sent.generation.pk)
    sent.generation.refresh_from_db()
    assert sent.generation.status == Generation.Status.CANCELLED


def test_a_stopped_answer_keeps_its_text(alice: User) -> None:
    sent = ask(alice, "Hello")
    epoch = claim(sent.generation)
    generation_stop(person=alice, generation_id=sent.generation.pk)
    sent.generation.refresh_from_db()
    assert sent.generation.cancel_requested_at
    end(sent.generation, "Hi, I", epoch=epoch, reason="cancelled")
    assert bodies(sent.conversation) == ["Hello", "Hi, I"]


def test_nobody_else_touches_an_answer(alice: User, bob: User, charlie: User) -> None:
    running = ask(alice, "Hello")
    answer(running.generation, "Hi", reason="length")
    again = message_regenerate(
        person=alice, key=new_key(), message_id=running.message.pk
    )
    for person in (bob, charlie):
        for message_id in (running.message.pk, uuid4()):
            with pytest.raises(NotFoundError):
                message_regenerate(person=person, key=new_key(), message_id=message_id)
            with pytest.raises(NotFoundError):
                message_continue(person=person, key=new_key(), message_id=message_id)
            with pytest.raises(NotFoundError):
                branch_select(person=person, message_id=message_id)
        with pytest.raises(NotFoundError):
            generation_stop(person=person, generation_id=again.generation.pk)
    again.generation.refresh_from_db()
    assert again.generation.status == Generation.Status.QUEUED
    assert Message.objects.count() == 3
