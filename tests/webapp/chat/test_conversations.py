"""Conversations are named, set up, deleted and brought back by their owner alone."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.webapp.chat.factories import (
    ConversationFactory,
    PresetFactory,
    ask,
    claim,
    talk,
)
from webapp.accounts.models import User
from webapp.chat.conversation_list import (
    Group,
    conversation_list,
    conversation_search,
)
from webapp.chat.models import Conversation
from webapp.chat.services import (
    conversation_configure,
    conversation_delete,
    conversation_rename,
    conversation_restore,
)
from webapp.common.errors import ApplicationError, NotFoundError
from webapp.generation.models import Generation


def titles(groups: list[Group]) -> list[str]:
    return [item.title for _, items in groups for item in items]


def test_renaming_ends_automatic_titles(alice: User) -> None:
    conversation = talk(alice, "Hello", "Hi.")
    conversation_rename(
        person=alice, conversation_id=conversation.pk, title="  Greetings \n"
    )
    conversation.refresh_from_db()
    assert conversation.title == "Greetings"
    assert not conversation.title_is_automatic


@pytest.mark.parametrize("title", ["", "  ", "x" * 121, "a\x00"])
def test_it_rejects_a_bad_title(alice: User, title: str) -> None:
    conversation = talk(alice, "Hello", "Hi.")
    with pytest.raises(ApplicationError):
        conversation_rename(person=alice, conversation_id=conversation.pk, title=title)
    conversation.refresh_from_db()
    assert conversation.title == "Hello"


def test_deleting_stops_what_is_running_and_can_be_undone(alice: User) -> None:
    queued, running = ask(alice, "One"), ask(alice, "Two")
    claim(running.generation)
    for sent in (queued, running):
        conversation_delete(person=alice, conversation_id=sent.conversation.pk)
        sent.generation.refresh_from_db()

    assert queued.generation.status == Generation.Status.CANCELLED
    assert running.generation.cancel_requested_at
    assert titles(conversation_list(person=alice)) == []

    conversation_restore(person=alice, conversation_id=queued.conversation.pk)
    assert titles(conversation_list(person=alice)) == ["One"]


def test_settings_are_kept_and_checked(alice: User) -> None:
    conversation = talk(alice, "Hello", "Hi.")
    preset = PresetFactory.create(owner=alice)
    conversation_configure(
        person=alice,
        conversation_id=conversation.pk,
        model="smollm2",
        preset_id=preset.pk,
        sampling={"temperature": 0},
    )
    conversation.refresh_from_db()
    assert conversation.preset == preset
    assert conversation.sampling == {"temperature": 0}
    with pytest.raises(ApplicationError, match="Temperature"):
        conversation_configure(
            person=alice,
            conversation_id=conversation.pk,
            sampling={"temperature": float("inf")},
        )


def test_a_foreign_preset_is_unknown(alice: User, charlie: User) -> None:
    conversation = talk(alice, "Hello", "Hi.")
    preset = PresetFactory.create(owner=charlie)
    with pytest.raises(NotFoundError):
        conversation_configure(
            person=alice, conversation_id=conversation.pk, preset_id=preset.pk
        )


def test_nobody_else_changes_a_conversation(
    alice: User, bob: User, charlie: User
) -> None:
    conversation = talk(alice, "Hello", "Hi.")
    for person in (bob, charlie):
        for conversation_id in (conversation.pk, uuid4()):
            ids: Any = {"person": person, "conversation_id": conversation_id}
            with pytest.raises(NotFoundError):
                conversation_rename(**ids, title="Mine")
            with pytest.raises(NotFoundError):
                conversation_delete(**ids)
            with pytest.raises(NotFoundError):
                conversation_restore(**ids)
            with pytest.raises(NotFoundError):
                conversation_configure(**ids)
        assert conversation_list(person=person) == []
        assert conversation_search(person=person, query="Hello") == []
    conversation.refresh_from_db()
    assert conversation.title == "Hello"
    assert conversation.deleted_at is None


def test_the_list_is_grouped_by_day(alice: User) -> None:
    now = timezone.now()
    for days, title in ((0, "new"), (1, "older"), (3, "old"), (400, "ancient")):
        ConversationFactory.create(owner=alice, title=title)
        Conversation.objects.filter(title=title).update(
            updated_at=now - timedelta(days=days)
        )
    groups = conversation_list(person=alice)
    assert [label for label, _ in groups][:3] == [
        "Today",
        "Yesterday",
        "Previous 7 days",
    ]
    assert titles(groups) == ["new", "older", "old", "ancient"]


@pytest.mark.parametrize(
    ("query", "snippet"),
    [
        ("lighthouse", "Tell me of the lighthouse"),
        ("LIGHTHOUSE", "Tell me of the lighthouse"),
        ("灯塔", "灯塔在海边，夜里发光。"),
        ("发光 lighthouse", "灯塔在海边，夜里发光。"),
    ],
)
def test_search_finds_both_sides_and_shows_the_place(
    alice: User, query: str, snippet: str
) -> None:
    talk(alice, "Tell me of the lighthouse", "灯塔在海边，夜里发光。")
    talk(alice, "Something else", "Nothing")
    [(_, [item])] = conversation_search(person=alice, query=query)
    assert item.snippet == snippet


def test_a_search_costs_no_more_queries_the_more_it_finds(alice: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            [(_, items)] = conversation_search(person=alice, query="harbour")
        assert all("harbour" in item.snippet.lower() for item in items)
        return len(context)

    talk(alice, "Where is the harbour?", "There.")
    one = queries()
    for number in range(5):
        talk(alice, f"Harbour {number}?", "The harbour is there.")
    assert queries() == one


def test_search_finds_titles_and_passes_over_deleted_ones(alice: User) -> None:
    conversation = talk(alice, "Hello", "Hi.")
    conversation_rename(
        person=alice, conversation_id=conversation.pk, title="Greetings"
    )
    assert titles(conversation_search(person=alice, query="greet")) == ["Greetings"]
    conversation_delete(person=alice, conversation_id=conversation.pk)
    assert conversation_search(person=alice, query="greet") == []


@pytest.mark.parametrize("query", ["%", "_", "\\", "'; --", "\x00"])
def test_search_takes_signs_as_they_are(alice: User, query: str) -> None:
    talk(alice, "Hello", "Hi.")
    found = conversation_search(person=alice, query=query)
    assert titles(found) == (["Hello"] if query == "\x00" else [])
