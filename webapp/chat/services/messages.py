"""Messages: sent, answered again, carried on; and which branch is on view."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inference.contract import ChatMessage, Role
from inference.sampling_params import SamplingParams
from webapp.accounts.models import User
from webapp.accounts.permissions import ForbiddenError, may_write
from webapp.chat.hints import conversation_changed, list_changed
from webapp.chat.models import Conversation, Message
from webapp.chat.prompt import preset_scope, prompt_build
from webapp.chat.sampling import sampling_check, sampling_in_force
from webapp.chat.selectors import (
    conversation_get,
    generation_get,
    message_get,
    preset_list,
)
from webapp.chat.services.conversations import checked_model, settings_apply
from webapp.chat.texts import checked_text, title_from
from webapp.chat.tree import Tree, branch_messages
from webapp.common.errors import ApplicationError
from webapp.generation.models import Generation
from webapp.generation.services import generation_cancel, generation_start

LAST = object()  # the answer is to the last message of the branch on view
KEPT = object()  # the conversation's own preset

_CONTINUABLE = {Generation.FinishReason.LENGTH, Generation.FinishReason.CANCELLED}


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer on its way."""

    conversation: Conversation
    message: Message  # the assistant's
    generation: Generation


@transaction.atomic
def message_send(
    *,
    person: User,
    key: str,
    text: str,
    conversation_id: uuid.UUID | None = None,
    parent_id: uuid.UUID | object | None = LAST,
    model: str | None = None,
    preset_id: uuid.UUID | object | None = KEPT,
    sampling: Mapping[str, Any] | None = None,
) -> Sent:
    """Save the message and start its answer; the same key twice does it once.

    parent_id: the answer it follows; None begins the conversation again, an earlier
    one branches. Model, preset and sampling, where given, stay the conversation's.
    """
    if earlier := _sent_before(person, key):
        return earlier
    text = checked_text(text)
    conversation = _conversation_for(person, conversation_id, text, model)
    settings_apply(
        conversation=conversation,
        person=person,
        model=model,
        preset_id=_preset_choice(person, conversation, preset_id),
        sampling=sampling,
    )
    if conversation_id is None:
        conversation.save(force_insert=True)
    parent = _parent(conversation, parent_id)
    question = Message.objects.create(
        conversation=conversation, parent=parent, role=Message.Role.USER, text=text
    )
    return _answer(person=person, question=question, key=key)


@transaction.atomic
def message_regenerate(
    *,
    person: User,
    key: str,
    message_id: uuid.UUID,
    model: str | None = None,
    sampling: Mapping[str, Any] | None = None,
) -> Sent:
    """Another answer to the same message, beside the one there is."""
    if earlier := _sent_before(person, key):
        return earlier
    message = message_get(
        person=person, message_id=message_id, role=Message.Role.ASSISTANT
    )
    assert message.parent is not None, "an answer always answers a message"
    conversation = message.conversation
    settings_apply(
        conversation=conversation,
        person=person,
        model=model,
        preset_id=_preset_choice(person, conversation, KEPT),
        sampling=sampling,
    )
    question = message.parent
    question.conversation = conversation
    return _answer(person=person, question=question, key=key)


@transaction.atomic
def message_continue(*, person: User, key: str, message_id: uuid.UUID) -> Sent:
    """The same answer goes on where its token limit, or its reader, cut it."""
    if earlier := _sent_before(person, key):
        return earlier
    message = message_get(
        person=person, message_id=message_id, role=Message.Role.ASSISTANT
    )
    before = message.generation
    if before is None or before.finish_reason not in _CONTINUABLE:
        raise ApplicationError(_("This answer is complete."), code="not_continuable")
    if message.children.exists():
        raise ApplicationError(
            _("Only the last answer can go on."), code="not_continuable"
        )
    message.generation = _start(
        person=person,
        conversation=message.conversation,
        key=key,
        model=before.model,
        messages=[ChatMessage(Role(m["role"]), m["content"]) for m in before.messages],
        sampling=SamplingParams.from_dict(before.sampling),
        prefix=before.answer,
        prefix_token_ids=[*before.prefix_token_ids, *before.output_token_ids],
        preset_scope=before.preset_scope,
    )
    message.save(update_fields=["generation"])
    _show(message.conversation, message)
    return Sent(message.conversation, message, message.generation)


def generation_stop(*, person: User, generation_id: uuid.UUID) -> None:
    """The text that was shown stays."""
    generation_cancel(
        generation=generation_get(person=person, generation_id=generation_id)
    )


@transaction.atomic
def branch_select(*, person: User, message_id: uuid.UUID) -> Conversation:
    """Show the branch through this message, to the end of its newest turns."""
    message = message_get(person=person, message_id=message_id)
    conversation = message.conversation
    conversation.leaf_id = Tree(conversation).newest_leaf(message.pk)
    conversation.save(update_fields=["leaf"])
    conversation_changed(conversation.pk)
    return conversation


def _sent_before(person: User, key: str) -> Sent | None:
    if not 16 <= len(key) <= 64:
        raise ApplicationError(_("The key needs 16 to 64 characters."), code="key")
    # Two presses that arrive together pass here one after the other.
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    generation = Generation.objects.filter(person=person, idempotency_key=key).first()
    if generation is None:
        return None
    message = (
        Message.objects.filter(generation=generation)
        .select_related("conversation")
        .first()
    )
    if message is None:
        raise ApplicationError(_("This was sent already."), code="sent_before")
    return Sent(message.conversation, message, generation)


def _conversation_for(
    person: User, conversation_id: uuid.UUID | None, text: str, model: str | None
) -> Conversation:
    if conversation_id is not None:
        return conversation_get(person=person, conversation_id=conversation_id)
    return Conversation(
        owner=person,
        team=person.active_team,
        title=title_from(text),
        model=checked_model(model),
    )


def _preset_choice(
    person: User, conversation: Conversation, preset_id: object | None
) -> uuid.UUID | None:
    """What was kept goes on without a preset that is not shared with them any more."""
    if preset_id is KEPT:
        kept = conversation.preset_id
        is_theirs = kept and preset_list(person=person).filter(pk=kept).exists()
        return kept if is_theirs else None
    assert preset_id is None or isinstance(preset_id, uuid.UUID)
    return preset_id


def _parent(conversation: Conversation, parent_id: object | None) -> Message | None:
    if parent_id is LAST:
        parent_id = conversation.leaf_id
    if parent_id is None:
        return None
    assert isinstance(parent_id, uuid.UUID)
    parent = message_get(
        person=conversation.owner,
        message_id=parent_id,
        conversation=conversation,
        role=Message.Role.ASSISTANT,
    )
    if parent.generation and not parent.generation.is_finished:
        raise ApplicationError(
            _("Wait for the answer, or stop it, before you write on."), code="busy"
        )
    return parent


def _answer(*, person: User, question: Message, key: str) -> Sent:
    conversation = question.conversation
    prompt = prompt_build(
        preset=conversation.preset, branch=branch_messages(conversation, question.pk)
    )
    generation = _start(
        person=person,
        conversation=conversation,
        key=key,
        model=conversation.model,
        messages=prompt,
        sampling=sampling_check(sampling_in_force(conversation)),
        preset_scope=preset_scope(conversation),
    )
    message = Message.objects.create(
        conversation=conversation,
        parent=question,
        role=Message.Role.ASSISTANT,
        generation=generation,
    )
    _show(conversation, message)
    return Sent(conversation, message, generation)


def _start(
    *,
    person: User,
    conversation: Conversation,
    key: str,
    model: str,
    messages: Sequence[ChatMessage],
    sampling: SamplingParams,
    prefix: str = "",
    prefix_token_ids: Sequence[int] = (),
    preset_scope: str,
) -> Generation:
    if not may_write(person=person, team=conversation.team):
        raise ForbiddenError
    return generation_start(
        person=person,
        team=conversation.team,
        purpose=Generation.Purpose.CHAT,
        model=model,
        messages=messages,
        sampling=sampling,
        idempotency_key=key,
        prefix=prefix,
        prefix_token_ids=prefix_token_ids,
        preset_scope=preset_scope,
    )


def _show(conversation: Conversation, leaf: Message) -> None:
    """The branch that ends here is on view, and the conversation comes first."""
    conversation.leaf = leaf
    conversation.updated_at = timezone.now()
    conversation.save(
        update_fields=["leaf", "updated_at", "model", "preset", "sampling"]
    )
    conversation_changed(conversation.pk)
    list_changed(conversation.owner_id)
