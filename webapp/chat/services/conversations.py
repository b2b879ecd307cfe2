"""Conversations: named, set up, deleted and brought back."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from webapp.accounts.models import User
from webapp.chat.hints import conversation_changed, list_changed
from webapp.chat.models import Conversation
from webapp.chat.sampling import sampling_check
from webapp.chat.selectors import conversation_get, preset_get
from webapp.chat.texts import checked_name
from webapp.common.errors import ApplicationError
from webapp.generation.models import Generation
from webapp.generation.services import generation_cancel


@transaction.atomic
def conversation_rename(
    *, person: User, conversation_id: uuid.UUID, title: str
) -> Conversation:
    conversation = conversation_get(person=person, conversation_id=conversation_id)
    conversation.title = checked_name(title)
    conversation.title_is_automatic = False
    conversation.save(update_fields=["title", "title_is_automatic"])
    list_changed(person.pk)
    return conversation


@transaction.atomic
def conversation_configure(
    *,
    person: User,
    conversation_id: uuid.UUID,
    model: str | None = None,
    preset_id: uuid.UUID | None = None,
    sampling: Mapping[str, Any] | None = None,
) -> Conversation:
    """What its next answers are written with. preset_id None: no preset."""
    conversation = conversation_get(person=person, conversation_id=conversation_id)
    settings_apply(
        conversation=conversation,
        person=person,
        model=model,
        preset_id=preset_id,
        sampling=sampling,
    )
    conversation.save(update_fields=["model", "preset", "sampling"])
    return conversation


def settings_apply(
    *,
    conversation: Conversation,
    person: User,
    model: str | None,
    preset_id: uuid.UUID | None,
    sampling: Mapping[str, Any] | None,
) -> None:
    """Check and set, without saving."""
    if model is not None:
        conversation.model = checked_model(model)
    if sampling is not None:
        sampling_check(sampling)
        conversation.sampling = dict(sampling)
    conversation.preset = (
        preset_get(person=person, preset_id=preset_id) if preset_id else None
    )


def checked_model(name: str | None) -> str:
    """None: the first one, which people get who do not choose."""
    if name is None:
        return str(settings.MODEL_NAMES[0])
    if name not in settings.MODEL_NAMES:
        raise ApplicationError(
            _("There is no model “%(model)s” here.") % {"model": name[:100]},
            code="model_unknown",
        )
    return name


@transaction.atomic
def conversation_delete(*, person: User, conversation_id: uuid.UUID) -> Conversation:
    """Out of sight at once, and nothing goes on writing in it. May be undone."""
    conversation = conversation_get(person=person, conversation_id=conversation_id)
    conversation.deleted_at = timezone.now()
    conversation.save(update_fields=["deleted_at"])
    running = Generation.objects.filter(message__conversation=conversation).exclude(
        status__in=Generation.TERMINAL
    )
    for generation in running:
        generation_cancel(generation=generation)
    list_changed(person.pk)
    conversation_changed(conversation.pk)
    return conversation


@transaction.atomic
def conversation_restore(*, person: User, conversation_id: uuid.UUID) -> Conversation:
    conversation = conversation_get(
        person=person, conversation_id=conversation_id, even_deleted=True
    )
    conversation.deleted_at = None
    conversation.save(update_fields=["deleted_at"])
    list_changed(person.pk)
    return conversation
