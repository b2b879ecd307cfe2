"""The embedded redis-server: private, and it remembers."""

import io
from pathlib import Path

import pytest
import redis

from webapp.launch import redis_server
from webapp.launch.console import Console
from webapp.launch.redis_server import RedisUnavailableError, redis_spec, redis_wait
from webapp.launch.supervisor import Supervisor


async def _with_redis(console: Console, socket: Path) -> Supervisor:
    supervisor = Supervisor(console)
    supervisor.start(redis_spec(socket))
    await redis_wait(f"unix://{socket}")
    return supervisor


async def test_it_keeps_its_data_and_listens_on_no_port(
    console: Console, tmp_path: Path
) -> None:
    socket = tmp_path / "redis" / "redis.sock"
    supervisor = await _with_redis(console, socket)
    with redis.Redis(unix_socket_path=str(socket)) as client:
        client.set("word", "kept")
        answers = {
            name: client.config_get(name)[name]
            for name in ("port", "appendonly", "maxmemory-policy")
        }
    await supervisor.stop()
    assert answers == {
        "port": "0",
        "appendonly": "yes",
        "maxmemory-policy": "noeviction",
    }
    assert socket.parent.stat().st_mode & 0o777 == 0o700

    supervisor = await _with_redis(console, socket)
    with redis.Redis(unix_socket_path=str(socket)) as client:
        assert client.get("word") == b"kept"
    await supervisor.stop()


def test_it_says_when_the_path_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(RedisUnavailableError, match="too long for a socket"):
        redis_spec(tmp_path / ("x" * 120) / "redis.sock")


def test_it_falls_back_to_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "redis-server"
    installed.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(redis_server, "_bundled", lambda: "")
    assert redis_server.redis_binary() == str(installed)


def test_it_says_when_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, printed: io.StringIO
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(redis_server, "_bundled", lambda: "")
    with pytest.raises(RedisUnavailableError, match="set REDIS_URL"):
        redis_server.redis_binary()
