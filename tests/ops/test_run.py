"""`manage.py run`: one command starts everything, and ends it without a trace."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.product import (
    END_SECONDS,
    REPOSITORY,
    Product,
    product_end,
    product_run,
    product_start,
    product_wait,
)

# A model without files: these tests are about processes, not about answers.
SCRIPTED = {"TANDEM_MODELS": "scripted", "TANDEM_SCRIPTED": "1"}
COMMANDS = {
    "redis": "redis-server",
    "web": "uvicorn",
    "model": "inference.worker.app",
    "default": "default@",
    "beat": "beat-schedule",
}
WAIT_SECONDS = 60.0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests of this file: only the first start has much to prepare."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def product(home: Path) -> Iterator[Product]:
    started = product_start(home, **SCRIPTED)
    product_wait(started)
    yield started
    product_end(started)


def child_of(product: Product, name: str) -> psutil.Process:
    """The process that the log calls `name`."""
    found = [
        child
        for child in product.children
        if any(COMMANDS[name] in word for word in child.cmdline())
    ]
    assert len(found) == 1, f"{name}: {found}"
    return found[0]


def wait_until(condition: Callable[[], bool], product: Product) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, product.log
        time.sleep(0.05)


def run_again(home: Path, port: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", "run"],
        cwd=REPOSITORY,
        env={
            **os.environ,
            **SCRIPTED,
            "DJANGO_SETTINGS_MODULE": "webapp.settings",
            "TANDEM_HOME": str(home),
            "PORT": port,
        },
        capture_output=True,
        text=True,
    )


def test_it_starts_all_of_it_and_says_where(product: Product) -> None:
    for name in COMMANDS:
        child_of(product, name)
    assert f"Tandem is ready at {product.base_url}" in product.log
    link = f"Make one, once: {product.base_url}/setup/"
    wait_until(lambda: link in product.log, product)
    with urllib.request.urlopen(f"{product.base_url}/readyz") as response:
        assert json.load(response)["ready"] is True


def test_it_listens_on_this_machine_alone(product: Product) -> None:
    listening = {
        connection.laddr.ip
        for child in product.children
        for connection in child.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


@pytest.mark.parametrize("name", ["web", "model", "redis"])
def test_it_starts_a_killed_process_again(product: Product, name: str) -> None:
    killed = child_of(product, name)
    killed.kill()
    wait_until(lambda: f"{name} ended (killed by SIGKILL)" in product.log, product)

    def is_ready() -> bool:
        try:
            with urllib.request.urlopen(f"{product.base_url}/readyz", timeout=5):
                return child_of(product, name).pid != killed.pid
        except (OSError, AssertionError):
            return False

    wait_until(is_ready, product)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything(product: Product, number: signal.Signals) -> None:
    everything = [psutil.Process(product.process.pid), *product.children]
    product.process.send_signal(number)
    _, left = psutil.wait_procs(everything, END_SECONDS)
    assert left == []
    assert product.process.wait() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
def test_nothing_is_left_when_it_is_killed_itself(product: Product) -> None:
    children = product.children
    assert len(children) >= len(COMMANDS)
    product.process.kill()
    _, left = psutil.wait_procs(children, END_SECONDS)
    assert left == []


def test_a_second_one_on_the_same_data_is_refused(product: Product) -> None:
    second = run_again(product.home, "65000")
    assert second.returncode == 1
    assert "Tandem already runs on" in second.stderr


def test_a_taken_port_is_named_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        refused = run_again(tmp_path, port)
    assert refused.returncode == 1
    assert f"Port {port} on 127.0.0.1 is taken" in refused.stderr
    assert not (tmp_path / "redis").exists()


def test_a_broken_model_is_named_and_the_page_stays_up(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    started = product_start(tmp_path / "home", TANDEM_MODELS=str(broken))
    try:
        reason = f"The model broken is not available: {broken}/config.json: is missing"
        wait_until(lambda: f"Not ready yet: {reason}" in started.log, started)
        with urllib.request.urlopen(f"{started.base_url}/accounts/login/") as page:
            assert page.status == 200
    finally:
        left = product_end(started)
    assert left == []


def test_its_context_leaves_no_process(home: Path) -> None:
    with product_run(home, **SCRIPTED) as product:
        children = product.children
    assert not any(child.is_running() for child in children)
