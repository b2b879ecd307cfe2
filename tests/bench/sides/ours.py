"""Our engine, whole: from submit to the sink that gets the tokens.

Argument: JSON with `model` and `models_home` (paths), and fields of EngineConfig.
"""

import itertools
import json
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from inference.config import Device, EngineConfig, Precision
from inference.contract import (
    ChatMessage,
    EngineEvent,
    FinishReason,
    GenerationRequest,
    PromptReady,
    Role,
)
from inference.engine.load import engine_load
from inference.sampling_params import SamplingParams
from tests.bench.side import serve
from tests.bench.work import Task, Trace

SEED = 7
SAMPLED = SamplingParams()  # the chat's own settings
ALTERNATIVES = 5  # as a page shows them
GREEDY = SamplingParams(temperature=0)


class Ours:
    def __init__(self, model: str, models_home: Path, config: EngineConfig) -> None:
        self._answers: dict[str, _Answer] = {}
        self._ended = threading.Semaphore(0)
        self._numbers = itertools.count(1)
        self.engine = engine_load(
            model, models_home, config, self._sink, lambda _: None
        )

    def run(self, tasks: Sequence[Task], sampled: bool) -> list[Trace]:
        requests = [self._request(task, sampled) for task in tasks]
        self._answers = {request.id: _Answer() for request in requests}
        began = time.perf_counter()
        for at, request in sorted(
            zip([task.at for task in tasks], requests, strict=True), key=lambda p: p[0]
        ):
            time.sleep(max(0.0, began + at - time.perf_counter()))
            self.engine.submit(request)
        for _ in requests:
            self._ended.acquire()
        return [self._answers[request.id].trace(began) for request in requests]

    def _request(self, task: Task, sampled: bool) -> GenerationRequest:
        number = next(self._numbers)
        settings = SAMPLED if sampled else GREEDY
        sampling = replace(
            settings,
            seed=SEED + number,
            min_tokens=task.tokens,
            max_tokens=task.tokens,
            logprobs=ALTERNATIVES if task.is_explained else None,
            alignment=task.is_explained,
        )
        return GenerationRequest(
            id=f"bench-{number}",
            model=self.engine.info.name,
            messages=tuple(ChatMessage(Role(r), text) for r, text in task.messages),
            sampling=sampling,
            forced_prefix=task.typed,
            owner=task.owner or f"owner-{number}",  # nothing is cached for strangers
        )

    def _sink(self, events: Sequence[EngineEvent]) -> None:
        now = time.perf_counter()
        for event in events:
            answer = self._answers[event.request_id]
            if isinstance(event, PromptReady):
                answer.prompt = event
                continue
            if event.token_id is not None:
                answer.times.append(now)
                answer.token_ids.append(event.token_id)
            if event.finish_reason is FinishReason.ERROR:
                answer.error = str(event.error)
            if event.finish_reason is not None:
                self._ended.release()


class _Answer:
    def __init__(self) -> None:
        self.prompt: PromptReady | None = None
        self.times: list[float] = []
        self.token_ids: list[int] = []
        self.error = ""

    def trace(self, began: float) -> Trace:
        if self.error or self.prompt is None:
            raise RuntimeError(f"our engine failed: {self.error}")
        return Trace(
            times=tuple(time - began for time in self.times),
            token_ids=tuple(self.token_ids),
            prompt_ids=self.prompt.token_ids,
            cached_tokens=self.prompt.cached_tokens,
        )


def config_read(values: dict[str, Any]) -> EngineConfig:
    fields = {
        **values,
        "device": Device(values.get("device", "cpu")),
        "precision": Precision(values.get("precision", "auto")),
    }
    return EngineConfig(**fields)


def main() -> None:
    values = json.loads(sys.argv[1])
    model, models_home = values.pop("model"), Path(values.pop("models_home"))
    ours = Ours(model, models_home, config_read(values))
    serve(ours.run, precision=ours.engine.info.precision)
    ours.engine.close()


if __name__ == "__main__":
    main()
