"""Conversations for tests, with their answers written."""

from collections.abc import Sequence
from typing import Any

from factory.declarations import SelfAttribute, SubFactory
from factory.django import DjangoModelFactory

from tests.factories import UserFactory
from webapp.accounts.models import User
from webapp.chat.models import Conversation, Message, Preset
from webapp.chat.services import Sent, message_send
from webapp.common.ids import new_id
from webapp.generation.models import Generation
from webapp.generation.services import Ending, generation_claim, generation_end
from webapp.generation.token_log import Part, token_log_append, token_log_open


class ConversationFactory(DjangoModelFactory[Conversation]):
    class Meta:
        model = Conversation

    owner: Any = SubFactory(UserFactory)
    team: Any = SelfAttribute("owner.active_team")
    title = "A conversation"
    model = "smollm2"


class PresetFactory(DjangoModelFactory[Preset]):
    class Meta:
        model = Preset

    owner: Any = SubFactory(UserFactory)
    name = "Pirate"
    instructions = "Talk like a pirate."


def new_key() -> str:
    return new_id().hex


def ask(person: User, text: str, **options: Any) -> Sent:
    return message_send(person=person, key=new_key(), text=text, **options)


def answer(generation: Generation, text: str, *, reason: str = "stop") -> None:
    """A worker claims it and writes `text`, a token a character."""
    epoch = claim(generation)
    end(generation, text, epoch=epoch, reason=reason)


def claim(generation: Generation) -> int:
    claimed = generation_claim(generation_id=generation.pk, worker="box:1")
    assert claimed is not None
    token_log_open(generation_id=str(generation.pk), epoch=claimed.epoch)
    return claimed.epoch


def write(generation: Generation, texts: Sequence[str], *, epoch: int) -> None:
    """Each text is one token of the stream."""
    for number, text in enumerate(texts, start=1):
        part = Part(str(generation.pk), epoch, [number], number, text)
        [appended] = token_log_append([part])
        assert appended.outcome == "ok"


def end(
    generation: Generation,
    text: str,
    *,
    epoch: int,
    tokens: int | None = None,
    reason: str = "stop",
) -> None:
    is_done = reason != Generation.FinishReason.CANCELLED
    count = len(text) if tokens is None else tokens
    ended = generation_end(
        generation_id=generation.pk,
        epoch=epoch,
        ending=Ending(
            status=Generation.Status.DONE if is_done else Generation.Status.CANCELLED,
            finish_reason=reason,
            output=text,
            output_token_ids=range(1, count + 1),
        ),
    )
    assert ended


def fail(generation: Generation, text: str = "") -> None:
    generation_end(
        generation_id=generation.pk,
        epoch=claim(generation),
        ending=Ending(
            status=Generation.Status.FAILED,
            finish_reason=Generation.FinishReason.ERROR,
            output=text,
            error_code="out_of_memory",
        ),
    )


def talk(person: User, *turns: str) -> Conversation:
    """A conversation of questions and answers by turns."""
    conversation: Conversation | None = None
    for question, words in zip(turns[::2], turns[1::2], strict=True):
        earlier = conversation.pk if conversation else None
        sent = ask(person, question, conversation_id=earlier)
        answer(sent.generation, words)
        conversation = sent.conversation
    assert conversation is not None, "a talk has turns"
    return conversation


def leaf_of(conversation: Conversation) -> Message:
    conversation.refresh_from_db()
    assert conversation.leaf is not None
    return conversation.leaf
