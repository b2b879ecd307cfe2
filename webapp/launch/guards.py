"""Checked before anything starts: one launcher a data directory, a free port."""

import errno
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK_NAME = "launch.lock"
PORT_PATIENCE_SECONDS = 3.0  # a launcher killed just now frees its port within that


class CannotStartError(Exception):
    """Why nothing was started, in words."""


@contextmanager
def home_lock(home: Path) -> Iterator[None]:
    """Hold `home` for this process; the kernel lets go at its end, however that is."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK_NAME).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise CannotStartError(
                f"Tandem already runs on {home} (process {file.read().strip()}). "
                "End it first, or set another TANDEM_HOME and PORT."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def port_check(host: str, port: int) -> None:
    """Raise CannotStartError when nothing can listen there."""
    deadline = time.monotonic() + PORT_PATIENCE_SECONDS
    while (problem := _port_problem(host, port)) and time.monotonic() < deadline:
        if problem.errno != errno.EADDRINUSE:
            break
        time.sleep(0.1)
    if problem is None:
        return
    if problem.errno == errno.EADDRINUSE:
        raise CannotStartError(
            f"Port {port} on {host} is taken by another program. "
            f"Choose another one: PORT={port + 1} make run"
        )
    raise CannotStartError(f"Cannot listen on {host}, port {port}: {problem.strerror}")


def _port_problem(host: str, port: int) -> OSError | None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error
    return None
