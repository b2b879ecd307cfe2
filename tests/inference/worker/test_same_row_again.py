"""A worker that was paused claims the very row that it lost, which is still running."""

import queue
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import cast

import pytest
from django.db import connection
from django.utils import timezone

from inference.contract import (
    EventSink,
    FinishReason,
    GenerationRequest,
    ModelState,
    ModelStatus,
    TokenChunk,
)
from inference.runtime import Runtime
from inference.worker.model_worker import ModelWorker
from tests.webapp.generation.factories import GenerationFactory
from webapp.generation.models import Generation, UsageRecord
from webapp.generation.sweeper import lost_requeue
from webapp.generation.token_log import token_log_read

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 30


class HeldRuntime:
    """Its engine makes a token only when the test says so."""

    def __init__(self, sink: EventSink) -> None:
        self.sink = sink
        self.submitted: queue.Queue[GenerationRequest] = queue.Queue()
        self.cancelled: list[str] = []

    def statuses(self) -> list[ModelStatus]:
        return [ModelStatus("scripted", ModelState.READY)]

    def submit(self, request: GenerationRequest) -> None:
        self.submitted.put(request)

    def cancel(self, request_id: str) -> None:
        self.cancelled.append(request_id)

    def close(self) -> None:
        """It has no thread."""


class Desk:
    """A worker whose loops turn only when the test turns them."""

    def __init__(self) -> None:
        self.worker = ModelWorker(name="box:1", make_runtime=self._runtime_make)
        self._threads: list[threading.Thread] = []

    def _runtime_make(self, sink: EventSink, _on_status: object) -> Runtime:
        self.runtime = HeldRuntime(sink)
        return cast("Runtime", self.runtime)

    def claim(self, generation: Generation) -> tuple[threading.Thread, str]:
        """Who waits for its end, and the request that the engine got."""

        def run() -> None:
            self.worker.generate(generation.id)
            connection.close()

        thread = threading.Thread(target=run)
        self._threads.append(thread)
        thread.start()
        return thread, self.runtime.submitted.get(timeout=SECONDS).id

    def write(self, request_id: str, index: int, text: str, *, end: bool) -> None:
        self.runtime.sink(
            [
                TokenChunk(
                    request_id=request_id,
                    index=index,
                    token_id=index - 1,
                    text=text,
                    finish_reason=FinishReason.STOP if end else None,
                )
            ]
        )
        self.worker.publisher.turn()
        self.worker.recorder.turn()

    def close(self) -> None:
        self.worker.close()
        for job in self.worker.jobs:
            self.worker.jobs.remove(job)
        for thread in self._threads:
            thread.join(SECONDS)


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.close()


def lease_lose() -> None:
    Generation.objects.update(lease_expires_at=timezone.now() - timedelta(minutes=1))
    assert lost_requeue() == 1


def test_what_the_lost_claim_still_makes_is_not_in_the_answer(desk: Desk) -> None:
    generation = GenerationFactory.create()
    first_thread, first = desk.claim(generation)
    desk.write(first, 1, "to", end=False)
    lease_lose()
    second_thread, second = desk.claim(generation)
    assert (first, second) == (f"{generation.id}:1", f"{generation.id}:2")
    first_thread.join(SECONDS)
    assert not first_thread.is_alive(), "its row is another's, so it may go"
    assert desk.runtime.cancelled == [first]
    desk.write(first, 2, " have", end=True)  # its engine had not heard of it yet
    assert second_thread.is_alive()
    desk.write(second, 2, " be", end=True)
    second_thread.join(SECONDS)
    generation.refresh_from_db()
    assert (generation.status, generation.epoch) == (Generation.Status.DONE, 2)
    assert generation.output == "to be"
    assert token_log_read(generation_id=str(generation.id)).text == "to be"
    assert UsageRecord.objects.get().output_tokens == 2
    assert len(desk.worker.jobs) == 0
