"""An engine and what a worker asked of it, without the worker."""

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from django.conf import settings

from inference.contract import EngineEvent, FinishReason, GenerationRequest, TokenChunk
from inference.engine.load import engine_load
from inference.worker.begin import request_of
from inference.worker.job import Made
from inference.worker.model_worker import engine_config
from webapp.generation.models import Generation
from webapp.workspace.models import Document

Requests = Sequence[GenerationRequest]


def requests_made(count: int) -> tuple[Requests, Requests]:
    """Of the product's first document, which was a warm-up, and of its second one."""
    first, second = Document.objects.order_by("created_at")
    assert second.num_segments == count
    generations = Generation.objects.order_by("queued_at")
    own = [generations.filter(team=each.project.team_id) for each in (first, second)]
    warm_up, requests = ([_request(row) for row in rows] for rows in own)
    return warm_up, requests


def _request(row: Generation) -> GenerationRequest:
    """Of exactly the length that the answer had: chance shall not choose another."""
    request = request_of(str(row.id), row, Made())
    length = max(1, row.output_tokens)
    sampling = replace(request.sampling, min_tokens=length, max_tokens=length)
    return replace(request, sampling=sampling)


class Bare:
    def __init__(self, model: Path) -> None:
        self._ended = threading.Semaphore(0)
        self._errors: list[TokenChunk] = []
        self._engine = engine_load(
            str(model),
            settings.TANDEM_MODELS_HOME,
            engine_config(),
            self._sink,
            lambda _: None,
        )

    def seconds(self, requests: Requests) -> float:
        """Until all of them have been answered."""
        began = time.perf_counter()
        for request in requests:
            self._engine.submit(request)
        for _request in requests:
            self._ended.acquire()
        assert not self._errors, self._errors[0]
        return time.perf_counter() - began

    def close(self) -> None:
        self._engine.close()

    def _sink(self, events: Sequence[EngineEvent]) -> None:
        for event in events:
            if isinstance(event, TokenChunk) and event.finish_reason is not None:
                if event.finish_reason is FinishReason.ERROR:
                    self._errors.append(event)
                self._ended.release()
