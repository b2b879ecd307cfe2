"""Before the process ends its pages hear when to come back: not all at once."""

import asyncio
import random
import signal
import threading
from collections.abc import Callable, Coroutine
from typing import Any

LEAST_SECONDS = 0.5
MOST_SECONDS = 5.0

Tell = Callable[
    [float], Coroutine[Any, Any, None]
]  # seconds to wait before coming back


class Farewell:
    """Sockets enter and leave; at SIGTERM each one that is here is told."""

    def __init__(self) -> None:
        self._here: set[Tell] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._handler: Callable[[int, Any], None] | None = None

    def enter(self, tell: Tell) -> None:
        self._here.add(tell)
        self._listen()

    def leave(self, tell: Tell) -> None:
        self._here.discard(tell)

    def _listen(self) -> None:
        """Before the web server's own handler, which goes on to close the sockets."""
        servers = signal.getsignal(signal.SIGTERM)
        is_main = threading.current_thread() is threading.main_thread()
        if not is_main or not callable(servers) or servers is self._handler:
            return
        loop = asyncio.get_running_loop()

        def handle(number: int, frame: Any) -> None:
            loop.call_soon_threadsafe(self._tell_all)
            servers(number, frame)

        self._handler = handle
        signal.signal(signal.SIGTERM, handle)

    def _tell_all(self) -> None:
        for tell in self._here:
            after = random.uniform(LEAST_SECONDS, MOST_SECONDS)  # noqa: S311  # no secret
            task = asyncio.create_task(tell(after))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


farewell = Farewell()
