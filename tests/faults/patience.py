"""Waiting for another process: as short as it takes, and not for ever."""

import threading
import time
from collections.abc import Callable

_PAUSE_SECONDS = 0.02


def eventually(is_so: Callable[[], bool], *, seconds: float = 60.0) -> None:
    """Return as soon as it is so. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"still not so after {seconds:.0f} s")
        pause.wait(_PAUSE_SECONDS)
