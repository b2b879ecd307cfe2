"""A model worker and the pump at work in the test's process, without Celery."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from django.db import connection

from inference.config import EngineConfig
from inference.contract import EventSink
from inference.runtime import Runtime, StatusListener
from inference.worker.model_worker import ModelWorker
from tests.webapp.chat.socket import in_database
from webapp.generation.models import Generation
from webapp.workspace.machine.pump import runs_pump

_TURN_SECONDS = 0.02


@asynccontextmanager
async def engine_room(models_home: Path) -> AsyncIterator[None]:
    """The scripted model answers whatever is queued until the end."""
    room = await in_database(lambda: _Room(models_home))
    try:
        yield
    finally:
        await in_database(room.close)


class _Room:
    def __init__(self, models_home: Path) -> None:
        self._models_home = models_home
        self._worker = ModelWorker(name="box:1", make_runtime=self._runtime)
        self._worker.start()
        self._closed = threading.Event()
        self._threads: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._run, name="engine-room")
        self._thread.start()

    def close(self) -> None:
        self._closed.set()
        self._thread.join()
        self._worker.drain()
        for thread in self._threads:
            thread.join()
        self._worker.close()
        connection.close()

    def _runtime(self, sink: EventSink, on_status: StatusListener) -> Runtime:
        return Runtime(
            models=[],
            config=EngineConfig(scripted=True),
            models_home=self._models_home,
            sink=sink,
            on_status=on_status,
        )

    def _run(self) -> None:
        try:
            while not self._closed.wait(_TURN_SECONDS):
                runs_pump()
                self._answer_queued()
        finally:
            connection.close()

    def _answer_queued(self) -> None:
        queued = Generation.objects.filter(status=Generation.Status.QUEUED)
        for generation_id in queued.order_by("queued_at").values_list("pk", flat=True):
            thread = threading.Thread(target=self._answer, args=[generation_id])
            self._threads.append(thread)
            thread.start()

    def _answer(self, generation_id: object) -> None:
        try:
            self._worker.generate(generation_id)  # type: ignore[arg-type]  # a UUID
        finally:
            connection.close()
