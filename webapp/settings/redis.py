"""Redis: token streams, hints between processes, the task queue, the cache."""

from typing import Any

from webapp.settings import env
from webapp.settings.base import TANDEM_HOME

# `manage.py run` starts a private redis-server on this socket when REDIS_URL is unset.
REDIS_SOCKET = TANDEM_HOME / "redis" / "redis.sock"
REDIS_IS_EMBEDDED = not env.text("REDIS_URL")
REDIS_URL = env.text("REDIS_URL", f"unix://{REDIS_SOCKET}")

# A half-open connection must end in an error that somebody sees, never in silence.
# A request tries twice, so nobody waits for a hanging server longer than 3 s.
REDIS_OPTIONS: dict[str, Any] = {
    "socket_timeout": 1.4,
    "socket_connect_timeout": 1.4,
    "health_check_interval": 15,
}
# Streams are read by waiting for them; the wait must end before the time-out does.
REDIS_BLOCK_SECONDS = 2.0
REDIS_BLOCKING_OPTIONS: dict[str, Any] = {**REDIS_OPTIONS, "socket_timeout": 5}

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS_URL}], "prefix": "hint"},
    }
}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
        "OPTIONS": {"socket_timeout": 1.4, "socket_connect_timeout": 1.4},
    }
}
