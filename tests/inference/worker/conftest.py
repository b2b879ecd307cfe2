"""A model worker inside the test's process, with the scripted engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from inference.config import EngineConfig
from inference.contract import EventSink
from inference.runtime import Runtime, StatusListener
from inference.worker.model_worker import ModelWorker


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path) -> Iterator[ModelWorker]:
    def runtime_make(sink: EventSink, on_status: StatusListener) -> Runtime:
        return Runtime(
            models=[],
            config=EngineConfig(scripted=True),
            models_home=tmp_path,
            sink=sink,
            on_status=on_status,
        )

    worker = ModelWorker(name="box:1", make_runtime=runtime_make)
    worker.start()
    yield worker
    worker.close()
    connection.close()
