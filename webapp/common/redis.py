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
    options: dict[str, Any] = settings.REDIS_OPTIONS
    return redis.Redis.from_url(
        url,
        **options,
        decode_responses=True,
        # The pool may hold a connection that a restarted server has dropped.
        retry=Retry(NoBackoff(), 1),
    )


def redis_open_async() -> "redis.asyncio.Redis":
    """For the running event loop, blocking reads too; whoever opens it closes it."""
    return redis.asyncio.Redis.from_url(
        settings.REDIS_URL,
        **settings.REDIS_BLOCKING_OPTIONS,
        decode_responses=True,
        retry=redis.asyncio.retry.Retry(NoBackoff(), 1),
    )
