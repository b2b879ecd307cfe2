"""Who is where in a document, and what they see: in Redis, forgotten after a while.

`workspace:here:{document}` is a hash: a socket's id to a JSON object. Nothing rests on
it: it orders work, and shows people to each other.
"""

import json
import logging
import time
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from webapp.common.redis import RedisError, redis_client

log = logging.getLogger(__name__)

FRESH_SECONDS = 60.0  # a socket speaks more often than that
_LIFE_SECONDS = 3_600


@dataclass(frozen=True, slots=True)
class Here:
    """One socket. `view`: ids of the segments on its screen."""

    person_id: str
    name: str
    segment: int | None
    view: tuple[int, ...]
    at: float


def here_set(
    *,
    document_id: uuid.UUID,
    socket_id: str,
    person_id: uuid.UUID,
    name: str,
    segment: int | None,
    view: Sequence[int],
) -> None:
    here = Here(str(person_id), name, segment, tuple(view), time.time())
    try:
        pipe = redis_client().pipeline(transaction=False)
        pipe.hset(_key(document_id), socket_id, json.dumps(asdict(here)))
        pipe.expire(_key(document_id), _LIFE_SECONDS)
        pipe.execute()
    except RedisError as error:
        log.warning("who is in %s is not told: %s", document_id, error)


def here_end(*, document_id: uuid.UUID, socket_id: str) -> None:
    try:
        redis_client().hdel(_key(document_id), socket_id)
    except RedisError as error:
        log.warning("who left %s is not told: %s", document_id, error)


def here_list(*, document_id: uuid.UUID) -> list[Here]:
    """Those who were heard of lately, in the order of their names."""
    try:
        client = redis_client()
        values: Any = client.hgetall(_key(document_id))
        since = time.time() - FRESH_SECONDS
        everybody = {id: _parse(value) for id, value in values.items()}
        stale = [id for id, here in everybody.items() if here.at < since]
        if stale:
            client.hdel(_key(document_id), *stale)
    except RedisError:
        return []
    fresh = (here for id, here in everybody.items() if id not in stale)
    return sorted(fresh, key=lambda here: (here.name, here.person_id))


def segments_on_view(*, document_id: uuid.UUID) -> set[int]:
    """What anybody looks at now."""
    return {id for here in here_list(document_id=document_id) for id in here.view}


def _parse(value: str) -> Here:
    fields = json.loads(value)
    return Here(**{**fields, "view": tuple(fields["view"])})


def _key(document_id: uuid.UUID) -> str:
    return f"workspace:here:{document_id}"
