"""How far a file has been read, told through Redis: its transaction shows nothing."""

import logging
import uuid
from typing import Any

from webapp.common.redis import RedisError, redis_client

log = logging.getLogger(__name__)

_LIFE_SECONDS = 300


def progress_set(document_id: uuid.UUID, part: float) -> None:
    try:
        redis_client().set(_key(document_id), f"{part:.3f}", ex=_LIFE_SECONDS)
    except RedisError as error:
        log.warning("the progress of %s is not told: %s", document_id, error)


def progress_end(document_id: uuid.UUID) -> None:
    try:
        redis_client().delete(_key(document_id))
    except RedisError as error:
        log.warning("the progress of %s is not told: %s", document_id, error)


def progress_get(document_id: uuid.UUID) -> float:
    """0 to 1; 0 also when nobody knows."""
    try:
        value: Any = redis_client().get(_key(document_id))
    except RedisError:
        return 0.0
    return float(value or 0)


def _key(document_id: uuid.UUID) -> str:
    return f"workspace:import:{document_id}"
