"""Tell a person's open sockets that something about their rights changed."""

import logging
import uuid

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def person_recheck(person_id: uuid.UUID) -> None:
    """After the commit, ask each open socket of this person to check its rights again.

    A lost hint closes nothing at once, but sockets also check by themselves.
    """
    transaction.on_commit(lambda: _send(person_id))


def _send(person_id: uuid.UUID) -> None:
    layer = get_channel_layer()
    assert layer is not None
    try:
        async_to_sync(layer.group_send)(f"person.{person_id}", {"type": "recheck"})
    except (RedisError, OSError) as error:
        # What the person did is done; only the hint is lost.
        logger.warning("person %s: hint not sent: %s", person_id, error)
