"""Tell sockets that something changed. A hint carries no content: go and read."""

import asyncio
import logging

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

SECONDS = 1.4  # a hanging Redis must not hold up what was asked for


def hint_on_commit(group: str, hint: str) -> None:
    """To every socket of the group, once the change is there to be read.

    It may be lost: what was asked for is done all the same.
    """
    transaction.on_commit(lambda: _send(group, hint))


def _send(group: str, hint: str) -> None:
    try:
        async_to_sync(_group_send)(group, hint)
    except (RedisError, OSError) as error:  # a time-out is an OSError
        logger.warning("%s: hint %s not sent: %s", group, hint, error)


async def _group_send(group: str, hint: str) -> None:
    layer = get_channel_layer()
    assert layer is not None
    async with asyncio.timeout(SECONDS):
        await layer.group_send(group, {"type": hint})
