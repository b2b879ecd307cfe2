"""A worker that is told to end does so in time, and does not hide what it left."""

import threading
from typing import cast

import pytest

from inference.contract import EventSink
from inference.runtime import Runtime
from inference.worker import model_worker
from inference.worker.job import Job, Made
from inference.worker.model_worker import ModelWorker
from webapp.common.exit_codes import EXIT_CUT_SHORT
from webapp.generation.models import Generation

SECONDS = 30


class DeafRuntime:
    """It does not take a cancel until the process has ended."""

    def __init__(self) -> None:
        self.has_ended = threading.Event()

    def cancel(self, request_id: str) -> None:
        assert self.has_ended.wait(SECONDS)


@pytest.mark.django_db
def test_an_end_that_takes_too_long_is_cut_short_with_a_code_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(model_worker, "_DRAIN_SECONDS", 0)
    runtime, exits = DeafRuntime(), []

    def runtime_make(_sink: EventSink, _on_status: object) -> Runtime:
        return cast("Runtime", runtime)

    def exit_process(code: int) -> None:
        exits.append(code)
        runtime.has_ended.set()

    worker = ModelWorker(
        name="box:1", make_runtime=runtime_make, exit_process=exit_process
    )
    worker.jobs.add(Job(Generation(epoch=1), Made()))
    worker.drain()
    assert exits == [EXIT_CUT_SHORT]
