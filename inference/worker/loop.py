"""A thread that does one thing again and again, and survives what goes wrong in it."""

import logging
import threading
from abc import ABC, abstractmethod

from django.db import close_old_connections, connections

log = logging.getLogger(__name__)


class Loop(ABC):
    """`turn` runs every `seconds`, or as soon as somebody calls."""

    def __init__(self, name: str, seconds: float) -> None:
        self._seconds = seconds
        self._called = threading.Event()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @abstractmethod
    def turn(self) -> None: ...

    def start(self) -> None:
        self._thread.start()

    def call(self) -> None:
        self._called.set()

    def close(self) -> None:
        self._closed.set()
        self._called.set()
        if threading.current_thread() is not self._thread and self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        try:
            self._turn_until_closed()
        finally:
            connections.close_all()  # a pool would wait for this one in vain

    def _turn_until_closed(self) -> None:
        while not self._closed.is_set():
            self._called.wait(self._seconds)
            self._called.clear()
            try:
                self.turn()
            except Exception:  # the database or Redis may be away: try again
                log.exception("%s: a turn failed", self._thread.name)
                close_old_connections()
                self._closed.wait(self._seconds)
