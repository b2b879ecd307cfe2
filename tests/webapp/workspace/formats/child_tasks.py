"""What tests have done in the limited process, by name."""

import os
import sys
import time
from pathlib import Path

from webapp.workspace.formats.limits import Limits


def sleep_long(data: bytes, *, limits: Limits) -> None:
    time.sleep(30)


def count_for_ever(data: bytes, *, limits: Limits) -> None:
    while True:
        pass


def take_memory(data: bytes, *, limits: Limits) -> int:
    return len(bytearray(4 * 1024**3))


def go_too_deep(data: bytes, *, limits: Limits) -> None:
    go_too_deep(data, limits=limits)


def die(data: bytes, *, limits: Limits) -> None:
    os._exit(7)


def write_a_file(data: bytes, *, limits: Limits) -> None:
    Path(data.decode()).write_text("x" * 100_000)


def imported(data: bytes, *, limits: Limits) -> list[str]:
    print("words on the way are no answer")  # noqa: T201
    return sorted(sys.modules)
