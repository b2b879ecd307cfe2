"""Somebody who watches an answer from its first moment, in a thread of her own."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import aclosing, suppress

from tests.faults.page import Page
from webapp.generation.hub import get_hub
from webapp.generation.models import Generation

_PATIENCE_SECONDS = 240.0


class Reader:
    def __init__(self, generation: Generation) -> None:
        self.page = Page()
        self._generation_id = str(generation.id)
        self._changed = threading.Condition()
        self._error: BaseException | None = None
        self._loop = asyncio.new_event_loop()
        self._task = self._loop.create_task(self._watch())
        self._thread = threading.Thread(target=self._run, name="reader")
        self._thread.start()

    def wait_for(self, is_so: Callable[[Page], bool]) -> None:
        """Until the page is so. Raises what went wrong in reading, or TimeoutError."""
        with self._changed:
            came = self._changed.wait_for(
                lambda: self._error or is_so(self.page), _PATIENCE_SECONDS
            )
        if self._error:
            raise self._error
        if not came:
            raise TimeoutError(f"seq {self.page.seq}, states {self.page.states}")

    def wait_for_token(self, seq: int) -> None:
        self.wait_for(lambda page: page.seq >= seq)

    def wait_for_end(self) -> None:
        self.wait_for(lambda page: page.end is not None)

    def close(self) -> None:
        with suppress(RuntimeError):  # the loop is closed: she has read it all
            self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join()

    def _run(self) -> None:
        runner = asyncio.Runner(loop_factory=lambda: self._loop)
        with runner, suppress(asyncio.CancelledError):
            runner.run(self._finish())

    async def _finish(self) -> None:
        await self._task

    async def _watch(self) -> None:
        try:
            watch = get_hub().watch(self._generation_id)
            async with aclosing(watch) as events:
                async for event in events:
                    with self._changed:
                        self.page.take(event)
                        self._changed.notify_all()
        except Exception as error:
            with self._changed:
                self._error = error
                self._changed.notify_all()
