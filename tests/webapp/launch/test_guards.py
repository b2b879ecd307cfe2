"""Nothing is started where something already runs."""

import socket
from pathlib import Path

import pytest

from webapp.launch import guards
from webapp.launch.guards import CannotStartError, home_lock, port_check


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "PORT_PATIENCE_SECONDS", 0.0)


def test_it_refuses_a_second_launcher_in_words(tmp_path: Path) -> None:
    with (
        home_lock(tmp_path),
        pytest.raises(CannotStartError, match="already runs on"),
        home_lock(tmp_path),
    ):
        pass


def test_it_lets_the_next_launcher_in(tmp_path: Path) -> None:
    with home_lock(tmp_path):
        pass
    with home_lock(tmp_path):
        pass


def test_it_names_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(CannotStartError, match=f"Port {port} .* is taken"):
            port_check("127.0.0.1", port)
    port_check("127.0.0.1", port)


def test_it_names_an_address_that_is_not_ours() -> None:
    with pytest.raises(CannotStartError, match=r"Cannot listen on 192\.0\.2\.1"):
        port_check("192.0.2.1", 8000)
