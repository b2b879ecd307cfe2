"""Is Tandem ready to answer a prompt? Asked from outside, as a person would."""

import asyncio
import http.client
import json
import time
from urllib.parse import urlsplit

from django.conf import settings

from webapp.launch.console import Console

POLL_SECONDS = 0.2
PATIENCE_SECONDS = 8.0  # after this we say what we wait for
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # read, not bound


async def readiness_announce(console: Console) -> None:
    """Wait for /readyz to agree, saying what is missing, and then say so."""
    began = time.monotonic()
    said = ""
    while missing := await asyncio.to_thread(readiness_missing):
        is_late = time.monotonic() - began > PATIENCE_SECONDS
        if is_late and missing != said:
            said = missing
            console.say(f"Not ready yet: {missing}")
        await asyncio.sleep(POLL_SECONDS)
    console.say(f"Tandem is ready at {settings.PUBLIC_URL}")


def readiness_missing() -> str:
    """What stands in the way, in words; empty when ready."""
    host = _EVERYWHERE.get(settings.BIND, settings.BIND)
    connection = http.client.HTTPConnection(host, settings.PORT, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": _host_header()})
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException):
        return "the web server is starting"
    finally:
        connection.close()
    return "" if response.status == http.client.OK else _reasons(body, response.status)


def _host_header() -> str:
    return urlsplit(settings.PUBLIC_URL).netloc


def _reasons(body: bytes, status: int) -> str:
    try:
        reasons = json.loads(body)["reasons"]
    except (ValueError, KeyError, TypeError):
        return f"/readyz answers {status}"
    return "; ".join(str(reason) for reason in reasons) or f"/readyz answers {status}"
