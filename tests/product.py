"""The whole product, started for real as `make run` does, and ended again."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

REPOSITORY = Path(__file__).resolve().parents[1]
READY = "Tandem is ready at "
START_SECONDS = 180.0  # a first start may have to fetch and convert the model
END_SECONDS = 15.0  # what an operator is promised


@dataclass
class Product:
    """A running `manage.py run`.

    `lines` is its whole log so far; it is settled once it is ready, or has ended.
    """

    process: "subprocess.Popen[str]"
    home: Path
    base_url: str
    ready_seconds: float = 0.0
    lines: list[str] = field(default_factory=list)
    is_settled: threading.Event = field(default_factory=threading.Event)

    @property
    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    @property
    def log(self) -> str:
        return "\n".join(self.lines)


@contextmanager
def product_run(home: Path, **environment: str) -> Iterator[Product]:
    """Started, ready, and at the end gone with all its children."""
    product = product_start(home, **environment)
    try:
        product_wait(product)
        yield product
    finally:
        left = product_end(product)
    assert left == [], f"still running after the end: {left}"


def product_start(home: Path, **environment: str) -> Product:
    port = str(free_port())
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run"],
        cwd=REPOSITORY,
        env={**_environment(home, port), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    product = Product(process, home, f"http://127.0.0.1:{port}")
    threading.Thread(target=_read_lines, args=(product,), daemon=True).start()
    return product


def product_wait(product: Product) -> None:
    """Until it says that it is ready."""
    began = time.monotonic()
    product.is_settled.wait(START_SECONDS)
    product.ready_seconds = time.monotonic() - began
    if READY not in product.log:
        raise RuntimeError(f"Tandem did not become ready:\n{product.log}")


def product_end(product: Product) -> list[psutil.Process]:
    """SIGTERM; whatever is still there after the promised time, killed and returned."""
    if product.process.poll() is not None:
        return []
    children = product.children
    product.process.send_signal(signal.SIGTERM)
    _, left = psutil.wait_procs(
        [psutil.Process(product.process.pid), *children], END_SECONDS
    )
    for process in left:
        process.kill()
    product.process.wait()
    return left


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _read_lines(product: Product) -> None:
    assert product.process.stdout
    with product.process.stdout as stream:
        for line in stream:
            product.lines.append(line.rstrip())
            if READY in line:
                product.is_settled.set()
    product.is_settled.set()


def _environment(home: Path, port: str) -> dict[str, str]:
    """The product's own defaults, whatever the tests run on."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"REDIS_URL", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    }
    models = os.environ.get("TANDEM_MODELS_HOME", str(REPOSITORY / "var" / "models"))
    return {
        **kept,
        "TANDEM_HOME": str(home),
        "TANDEM_MODELS_HOME": models,
        "PORT": port,
        "PYTHONUNBUFFERED": "1",
    }
