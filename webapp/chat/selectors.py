"""Look-ups: what a person may see. Another's is the same as what does not exist."""

import uuid

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from webapp.accounts.models import User
from webapp.chat.models import Conversation, Message, Preset
from webapp.common.errors import ApplicationError, NotFoundError
from webapp.generation.models import Generation


def conversation_get(
    *, person: User, conversation_id: uuid.UUID, even_deleted: bool = False
) -> Conversation:
    found = Conversation.objects.filter(owner=person, pk=conversation_id)
    if not even_deleted:
        found = found.filter(deleted_at=None)
    conversation = found.select_related("owner", "team", "preset").first()
    if conversation is None:
        raise NotFoundError(_("There is no such conversation."))
    return conversation


def message_get(
    *,
    person: User,
    message_id: uuid.UUID,
    conversation: Conversation | None = None,
    role: str | None = None,
) -> Message:
    """A message of the person's own, and of `conversation` where that is given."""
    found = Message.objects.filter(
        conversation__owner=person, conversation__deleted_at=None, pk=message_id
    )
    if conversation is not None:
        found = found.filter(conversation=conversation)
    message = found.select_related(
        "conversation__owner",
        "conversation__team",
        "conversation__preset",
        "generation",
        "parent",
    ).first()
    if message is None:
        raise NotFoundError(_("There is no such message."))
    if role is not None and message.role != role:
        raise ApplicationError(
            _("This message is not an answer."), code="not_an_answer"
        )
    return message


def generation_get(*, person: User, generation_id: uuid.UUID) -> Generation:
    """The generation of an answer in a conversation of the person's own."""
    generation = Generation.objects.filter(
        pk=generation_id,
        message__conversation__owner=person,
        message__conversation__deleted_at=None,
    ).first()
    if generation is None:
        raise NotFoundError(_("There is no such answer."))
    return generation


def preset_list(*, person: User) -> QuerySet[Preset]:
    """Shipped ones, the person's own, and those shared with their teams."""
    return (
        Preset.objects.filter(
            Q(slug__isnull=False) | Q(owner=person) | Q(team__memberships__user=person)
        )
        .select_related("owner", "team")
        .distinct()
        .order_by("name", "pk")
    )


def preset_get(*, person: User, preset_id: uuid.UUID) -> Preset:
    preset = preset_list(person=person).filter(pk=preset_id).first()
    if preset is None:
        raise NotFoundError(_("There is no such preset."))
    return preset
