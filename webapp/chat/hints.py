"""Tell open pages that something changed. A hint carries no content: go and read."""

import asyncio
import logging
import uuid

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

SECONDS = 1.4  # a hanging Redis must not hold up what was asked for


def conversation_group(conversation_id: uuid.UUID) -> str:
    return f"conversation.{conversation_id}"


def person_group(person_id: uuid.UUID) -> str:
    return f"person.{person_id}"


def conversation_changed(conversation_id: uuid.UUID) -> None:
    """After the commit: the branch on view, or a message of it, is another one."""
    _send_on_commit(conversation_group(conversation_id), "changed")


def list_changed(person_id: uuid.UUID) -> None:
    """After the commit: titles, order or number of the conversations are others."""
    _send_on_commit(person_group(person_id), "list")


def _send_on_commit(group: str, hint: str) -> None:
    transaction.on_commit(lambda: _send(group, hint))


def _send(group: str, hint: str) -> None:
    try:
        async_to_sync(_group_send)(group, hint)
    except (RedisError, OSError) as error:  # a time-out is an OSError
        # What was asked for is done; other tabs see it at their next reload.
        logger.warning("%s: hint %s not sent: %s", group, hint, error)


async def _group_send(group: str, hint: str) -> None:
    layer = get_channel_layer()
    assert layer is not None
    async with asyncio.timeout(SECONDS):
        await layer.group_send(group, {"type": hint})
