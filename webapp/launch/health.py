"""Is one process of a deployment well? For the health checks of docker-compose.yml."""

import http.client
import socket

from django.conf import settings

from webapp.celery import app
from webapp.generation.sweeper import sweeper_is_alive

REPLY_SECONDS = 5.0


def is_healthy(name: str) -> bool:
    """Of the process `name` on this host, see processes.py for the names."""
    if name == "web":
        return _web_answers()
    if name == "beat":
        # Beat is well when what it starts each second does happen.
        return sweeper_is_alive()
    return _worker_answers(f"{name}@{socket.gethostname()}")


def _web_answers() -> bool:
    connection = http.client.HTTPConnection(
        "127.0.0.1", settings.PORT, timeout=REPLY_SECONDS
    )
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def _worker_answers(worker: str) -> bool:
    inspect = app.control.inspect(destination=[worker], timeout=REPLY_SECONDS)
    return bool(inspect.ping())
