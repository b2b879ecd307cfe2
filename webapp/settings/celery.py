"""Celery carries wake-ups. The row is the truth, so nothing here is durable."""

from kombu import Queue

from webapp.settings.redis import REDIS_URL

CELERY_BROKER_URL = (
    REDIS_URL.replace("unix://", "redis+socket://", 1)
    if REDIS_URL.startswith("unix://")
    else REDIS_URL
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_POOL_ACQUIRE_TIMEOUT = 5
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 3,
    "socket_keepalive": not REDIS_URL.startswith("unix://"),
    "health_check_interval": 3,
    "queue_order_strategy": "webapp.common.queue_order:InteractiveFirst",
    # A publisher gives up soon; the sweeper tells again.
    "max_retries": 1,
    "interval_start": 0.1,
    "interval_step": 0.1,
    "interval_max": 0.2,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_DEFAULT_ROUTING_KEY = "default"
CELERY_TASK_QUEUES = [
    Queue(name, routing_key=name)
    for name in ("default", "interactive", "batch", "train")
]
# A busy worker takes no message that an idle one could have.
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_DISABLE_PREFETCH = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

CELERY_BEAT_SCHEDULE = {
    "sweep-generations": {
        "task": "generation.sweep",
        "schedule": 1.0,
        # A sweep that waited longer than this is pointless: the next one is there.
        "options": {"expires": 5},
    },
    "sweep-translations": {
        "task": "workspace.sweep",
        "schedule": 1.0,
        "options": {"expires": 5},
    },
    "sweep-tuning": {
        "task": "tuning.sweep",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "clear-sessions": {"task": "accounts.clear_sessions", "schedule": 86_400.0},
}
