"""Connections to Redis: one client a process for threads, one an event loop."""

from functools import lru_cache
from typing import Any

import redis
import redis.asyncio
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

# What a caller may catch: the server is away, slow, or answers with an error.
RedisError = redis.RedisError


def redis_client() -> "redis.Redis":
    """For threads. Answers are text; nothing takes longer than the time-outs allow."""
    return _client(settings.REDIS_URL)


@lru_cache(maxsize=8)
def _client(url: str) -> "redis.Redis":
    return redis.Redis.from_url(url, **_options())


def redis_open_async() -> "redis.asyncio.Redis":
    """For the running event loop; whoever opens it closes it."""
    return redis.asyncio.Redis.from_url(
        settings.REDIS_URL,
        **_options() | {"retry": redis.asyncio.retry.Retry(NoBackoff(), 1)},
    )


def _options() -> dict[str, Any]:
    # One more try: the pool may hold a connection that a restarted server has dropped.
    return {
        **settings.REDIS_OPTIONS,
        "decode_responses": True,
        "retry": Retry(NoBackoff(), 1),
    }
