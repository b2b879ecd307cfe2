"""The chat's pages and fragments: what the owner gets, and nobody else."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from inference.contract import ModelInfo, ModelState, ModelStatus, ModelTask
from tests.webapp.chat.factories import answer, ask, leaf_of, new_key, talk
from webapp.accounts.models import User
from webapp.chat.models import Conversation
from webapp.chat.services import message_regenerate
from webapp.generation.heartbeats import WorkerStatus, heartbeat_send


@pytest.fixture
def signed_in(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def conversation(alice: User) -> Conversation:
    return talk(alice, "Say *hello* <b>", "**Hello** <script>x</script>")


def test_the_empty_page_has_a_composer(signed_in: Client) -> None:
    page = signed_in.get(reverse("chat_new")).content.decode()
    assert 'aria-label="Message"' in page
    assert 'aria-label="Conversation"' in page
    assert "What is the capital of France?" in page


@pytest.mark.parametrize(
    ("task", "is_hidden"), [(ModelTask.CHAT, True), (ModelTask.TEXT, False)]
)
def test_a_model_that_reads_one_message_says_so(
    signed_in: Client, settings: Settings, task: ModelTask, is_hidden: bool
) -> None:
    settings.MODEL_NAMES = ["tiny"]
    info = ModelInfo("tiny", "Tiny", "t5", "0" * 64, 256, "MIT", task=task)
    status = ModelStatus("tiny", ModelState.READY, info=info)
    heartbeat_send(WorkerStatus("box:1", slots=8, running=0, models=(status,)))
    page = signed_in.get(reverse("chat_new")).content.decode()
    note = re.search(r"<p[^>]* data-model-note[^>]*>\s*(.+?)\s*</p>", page, re.DOTALL)
    assert note and note[1].startswith("This model reads only your newest message")
    assert ("hidden" in note[0].partition(">")[0]) is is_hidden
    assert ("data-reads-one-message" in page) is not is_hidden


def test_a_conversation_shows_its_branch(
    signed_in: Client, conversation: Conversation
) -> None:
    page = signed_in.get(
        reverse("chat_conversation", args=[conversation.pk])
    ).content.decode()
    assert "Say *hello* &lt;b&gt;" in page
    assert "<strong>Hello</strong> &lt;script&gt;" in page


def test_an_unfinished_answer_is_busy(signed_in: Client, alice: User) -> None:
    sent = ask(alice, "Hello")
    url = reverse("chat_conversation", args=[sent.conversation.pk])
    assert 'aria-busy="true"' in signed_in.get(url).content.decode()
    answer(sent.generation, "Hi.")
    assert 'aria-busy="true"' not in signed_in.get(url).content.decode()


def test_a_long_conversation_costs_no_more_queries(
    signed_in: Client, alice: User
) -> None:
    def queries(conversation: Conversation) -> int:
        url = reverse("chat_conversation", args=[conversation.pk])
        with CaptureQueriesContext(connection) as captured:
            signed_in.get(url)
        return len(captured)

    short, long = talk(alice, "1", "2"), talk(alice, *["1", "2"] * 8)
    queries(short)  # the session's last visit is noted once
    assert queries(long) == queries(short) <= 15


def test_the_list_searches(signed_in: Client, conversation: Conversation) -> None:
    url = reverse("chat_list")
    assert str(conversation.pk) in signed_in.get(url).content.decode()
    assert str(conversation.pk) in signed_in.get(url, {"q": "hello"}).content.decode()
    nothing = signed_in.get(url, {"q": "zebra"}).content.decode()
    assert str(conversation.pk) not in nothing
    assert "zebra" in nothing


def test_renaming_answers_with_the_list(
    signed_in: Client, conversation: Conversation
) -> None:
    url = reverse("chat_rename", args=[conversation.pk])
    assert "Greetings" in signed_in.post(url, {"title": "Greetings"}).content.decode()
    refused = signed_in.post(url, {"title": " "})
    assert refused.status_code == 400
    assert refused.content.decode() == "Give it a name."


def test_deleting_offers_to_undo(signed_in: Client, conversation: Conversation) -> None:
    answer_ = signed_in.post(reverse("chat_delete", args=[conversation.pk]))
    restore = reverse("chat_restore", args=[conversation.pk])
    assert restore in answer_.content.decode()
    page = reverse("chat_conversation", args=[conversation.pk])
    assert signed_in.get(page).status_code == 404
    assert str(conversation.pk) in signed_in.post(restore).content.decode()
    assert signed_in.get(page).status_code == 200


def test_a_branch_is_chosen(
    signed_in: Client, alice: User, conversation: Conversation
) -> None:
    first = leaf_of(conversation)
    sent = message_regenerate(person=alice, key=new_key(), message_id=first.pk)
    answer(sent.generation, "Another")
    url = reverse("chat_branch", args=[conversation.pk])
    log = signed_in.post(url, {"message": str(first.pk)}).content.decode()
    assert "<strong>Hello</strong>" in log
    assert "Another" not in log
    assert "1 of 2" in log


@pytest.mark.parametrize("message", ["", "no-id", str(uuid4())])
def test_a_branch_that_is_none_is_unknown(
    signed_in: Client, conversation: Conversation, message: str
) -> None:
    url = reverse("chat_branch", args=[conversation.pk])
    assert signed_in.post(url, {"message": message}).status_code == 404


def test_settings_are_saved_and_checked(
    signed_in: Client, conversation: Conversation
) -> None:
    url = reverse("chat_settings", args=[conversation.pk])
    values = {"model": "smollm2", "preset": "", "sampling": '{"temperature": 0}'}
    assert signed_in.post(url, values).status_code == 204
    conversation.refresh_from_db()
    assert conversation.sampling == {"temperature": 0}
    for sampling, complaint in (
        ("nonsense", "Sampling settings: not valid JSON."),
        ("[1]", "Sampling settings: not valid JSON."),
        ('{"temperature": NaN}', "“Temperature” must be a number from 0 to 2."),
        ('{"top_p": 7}', "“Top-p” must be a number above 0 and up to 1."),
    ):
        refused = signed_in.post(url, {**values, "sampling": sampling})
        assert refused.status_code == 400
        assert refused.content.decode() == complaint


GETS = ["chat_conversation"]
POSTS = ["chat_rename", "chat_delete", "chat_restore", "chat_branch", "chat_settings"]


@pytest.mark.parametrize("name", [*GETS, *POSTS])
def test_others_get_what_the_unknown_gets(
    bob: User, charlie: User, conversation: Conversation, name: str
) -> None:
    for person in (bob, charlie):
        client = Client()
        client.force_login(person)
        ask_for = client.get if name in GETS else client.post
        theirs = ask_for(reverse(name, args=[conversation.pk]))
        unknown = ask_for(reverse(name, args=[uuid4()]))
        assert theirs.status_code == unknown.status_code == 404
    conversation.refresh_from_db()
    assert conversation.deleted_at is None


@pytest.mark.parametrize("name", [*GETS, *POSTS])
def test_who_is_not_signed_in_is_sent_to_the_door(
    client: Client, conversation: Conversation, name: str
) -> None:
    url = reverse(name, args=[conversation.pk])
    response = client.get(url) if name in GETS else client.post(url)
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", POSTS)
def test_nothing_is_changed_by_get_or_without_a_token(
    alice: User, conversation: Conversation, name: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    url = reverse(name, args=[conversation.pk])
    assert client.get(url).status_code == 405
    assert client.post(url).status_code == 403
