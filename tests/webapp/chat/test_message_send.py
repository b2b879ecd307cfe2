"""Sending: a message is saved, and exactly one answer starts."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from inference.contract import ModelInfo, ModelState, ModelStatus, ModelTask
from tests.webapp.chat.factories import (
    PresetFactory,
    answer,
    ask,
    fail,
    leaf_of,
    new_key,
    talk,
)
from webapp.accounts.models import Membership, Team, User
from webapp.chat.models import Conversation, Message, Preset
from webapp.chat.services import (
    conversation_delete,
    message_continue,
    message_send,
)
from webapp.common.errors import ApplicationError, NotFoundError
from webapp.generation.heartbeats import WorkerStatus, heartbeat_send
from webapp.generation.models import Generation


def test_the_first_message_makes_a_conversation(alice: User, team: Team) -> None:
    sent = ask(alice, "What is 2 + 2? Tell me.")

    conversation = Conversation.objects.get()
    assert conversation == sent.conversation
    assert conversation.owner == alice
    assert conversation.team == team
    assert conversation.title == "What is 2 + 2?"
    assert conversation.model == "smollm2"
    assert conversation.leaf == sent.message
    assert sent.message.parent is not None
    assert sent.message.parent.text == "What is 2 + 2? Tell me."
    assert sent.generation.status == Generation.Status.QUEUED
    assert sent.generation.messages == [
        {"role": "user", "content": "What is 2 + 2? Tell me."}
    ]
    assert sent.generation.sampling["seed"] is not None


def test_the_next_message_follows_the_answer_on_view(alice: User) -> None:
    conversation = talk(alice, "Hello", "Hi.")
    before = leaf_of(conversation)
    sent = ask(alice, "And now?", conversation_id=conversation.pk)

    assert sent.message.parent is not None
    assert sent.message.parent.parent == before
    assert [m["content"] for m in sent.generation.messages] == [
        "Hello",
        "Hi.",
        "And now?",
    ]


def test_an_earlier_parent_branches(alice: User) -> None:
    conversation = talk(alice, "One", "1", "Two", "2")
    sent = ask(alice, "Uno", conversation_id=conversation.pk, parent_id=None)

    assert [m["content"] for m in sent.generation.messages] == ["Uno"]
    assert conversation.messages.filter(parent=None).count() == 2
    assert leaf_of(conversation) == sent.message


def test_the_same_key_twice_is_one_generation(alice: User) -> None:
    key = new_key()
    first = message_send(person=alice, key=key, text="Hello")
    second = message_send(person=alice, key=key, text="Hello")

    assert first.generation == second.generation
    assert first.message == second.message
    assert first.conversation == second.conversation
    assert Message.objects.count() == 2


def test_one_key_of_two_people_is_two_generations(alice: User, bob: User) -> None:
    key = new_key()
    first = message_send(person=alice, key=key, text="Hello")
    second = message_send(person=bob, key=key, text="Hello")
    assert first.generation != second.generation


@pytest.mark.parametrize("key", ["", "short", "x" * 65])
def test_it_rejects_a_key_of_another_length(alice: User, key: str) -> None:
    with pytest.raises(ApplicationError) as caught:
        message_send(person=alice, key=key, text="Hello")
    assert caught.value.code == "key"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"text": " \n"}, "empty"),
        ({"text": "x" * 200_001}, "too_long"),
        ({"text": "a\x00"}, "invalid_text"),
        ({"text": "\ud800"}, "invalid_text"),
        ({"model": "gpt-9"}, "model_unknown"),
        ({"sampling": {"temperature": float("nan")}}, "sampling"),
        ({"sampling": {"temperature": 3}}, "sampling"),
        ({"sampling": {"max_tokens": 2**63}}, "sampling"),
        ({"sampling": {"logit_bias": {}}}, "sampling"),
        ({"sampling": {"stop": ["x"] * 1000}}, "sampling"),
        ({"conversation_id": uuid4()}, "not_found"),
        ({"parent_id": uuid4()}, "not_found"),
        ({"preset_id": uuid4()}, "not_found"),
    ],
)
def test_bad_input_is_refused_in_words_and_changes_nothing(
    alice: User, options: dict[str, Any], code: str
) -> None:
    with pytest.raises(ApplicationError) as caught:
        ask(alice, **{"text": "Hello", **options})
    assert caught.value.code == code
    assert str(caught.value.message)
    assert not Conversation.objects.exists()
    assert not Generation.objects.exists()


def test_a_parent_of_another_conversation_is_unknown(alice: User) -> None:
    other = talk(alice, "Secret", "Yes.")
    conversation = talk(alice, "Hello", "Hi.")
    with pytest.raises(NotFoundError):
        ask(
            alice,
            "Hm",
            conversation_id=conversation.pk,
            parent_id=leaf_of(other).pk,
        )


def test_a_question_cannot_be_answered_by_a_question(alice: User) -> None:
    conversation = talk(alice, "Hello", "Hi.")
    with pytest.raises(ApplicationError) as caught:
        ask(
            alice,
            "Hm",
            conversation_id=conversation.pk,
            parent_id=leaf_of(conversation).parent_id,
        )
    assert caught.value.code == "not_an_answer"


def test_it_waits_for_the_answer_that_is_being_written(alice: User) -> None:
    sent = ask(alice, "Hello")
    with pytest.raises(ApplicationError) as caught:
        ask(alice, "And?", conversation_id=sent.conversation.pk)
    assert caught.value.code == "busy"
    answer(sent.generation, "Hi.")
    again = ask(alice, "And?", conversation_id=sent.conversation.pk)
    assert again.generation != sent.generation


def test_a_deleted_conversation_is_unknown(alice: User) -> None:
    conversation = talk(alice, "Hello", "Hi.")
    conversation_delete(person=alice, conversation_id=conversation.pk)
    with pytest.raises(NotFoundError):
        ask(alice, "Hm", conversation_id=conversation.pk)


def test_a_failed_answer_leaves_no_gap_in_the_prompt(alice: User) -> None:
    sent = ask(alice, "Hello")
    fail(sent.generation)
    again = ask(alice, "Are you there?", conversation_id=sent.conversation.pk)
    assert again.generation.messages == [
        {"role": "user", "content": "Hello"},
        {"role": "user", "content": "Are you there?"},
    ]


def test_what_was_chosen_stays_the_conversations(alice: User) -> None:
    preset = PresetFactory.create(owner=alice, sampling={"temperature": 0, "top_k": 5})
    sent = ask(alice, "Ahoy", preset_id=preset.pk, sampling={"top_k": 9, "seed": 4})
    answer(sent.generation, "Arr.")
    again = ask(alice, "More", conversation_id=sent.conversation.pk)

    for generation in (sent.generation, again.generation):
        assert generation.messages[0] == {
            "role": "system",
            "content": "Talk like a pirate.",
        }
        assert generation.sampling["temperature"] == 0
        assert generation.sampling["top_k"] == 9
        assert generation.sampling["seed"] == 4


@pytest.mark.parametrize(
    ("task", "wished"), [(ModelTask.CHAT, (0.7, 1.2)), (ModelTask.TEXT, (0.0, 1.2))]
)
def test_a_model_is_asked_as_it_wishes_unless_somebody_says_otherwise(
    alice: User, task: ModelTask, wished: tuple[float, float]
) -> None:
    info = ModelInfo("smollm2", "Tiny", "t5", "0" * 64, 256, "MIT", task=task)
    info = replace(info, repetition_penalty=1.2)
    status = ModelStatus("smollm2", ModelState.READY, info=info)
    heartbeat_send(WorkerStatus("box:1", slots=8, running=0, models=(status,)))

    def asked(**choices: Any) -> tuple[float, float]:
        sampling = ask(alice, "I love you", **choices).generation.sampling
        return sampling["temperature"], sampling["repetition_penalty"]

    assert asked() == wished
    preset = PresetFactory.create(owner=alice, sampling={"temperature": 0.5})
    assert asked(preset_id=preset.pk) == (0.5, 1.2)
    assert asked(sampling={"repetition_penalty": 1}) == (wished[0], 1)


def test_a_viewer_may_not_ask(bob: User, team: Team) -> None:
    Membership.objects.filter(user=bob, team=team).update(role=Membership.Role.VIEWER)
    with pytest.raises(ApplicationError) as caught:
        ask(bob, "Hello")
    assert caught.value.code == "forbidden"
    assert not Conversation.objects.exists()


def test_strangers_and_team_mates_are_refused_alike(
    alice: User, bob: User, charlie: User
) -> None:
    conversation = talk(alice, "Hello", "Hi.")
    words = set()
    for person in (bob, charlie):
        for conversation_id in (conversation.pk, uuid4()):
            with pytest.raises(NotFoundError) as caught:
                ask(person, "Let me in", conversation_id=conversation_id)
            words.add(str(caught.value.message))
    assert len(words) == 1


def test_only_a_team_s_preset_is_shared_and_by_its_team(
    alice: User, team: Team
) -> None:
    teams = PresetFactory.create(owner=None, team=team)
    own = PresetFactory.create(owner=alice)
    shipped = Preset.objects.filter(slug__isnull=False).first()
    assert shipped is not None
    scopes = [
        ask(alice, "Ahoy", preset_id=preset and preset.pk).generation.preset_scope
        for preset in (teams, own, shipped, None)
    ]
    assert scopes == [f"team:{team.pk}", "", "", ""]


def test_an_answer_that_goes_on_shares_as_it_did(alice: User, team: Team) -> None:
    preset = PresetFactory.create(owner=None, team=team)
    sent = ask(alice, "Ahoy", preset_id=preset.pk)
    answer(sent.generation, "Aye", reason="length")
    more = message_continue(person=alice, key=new_key(), message_id=sent.message.pk)
    assert more.generation.preset_scope == f"team:{team.pk}"
