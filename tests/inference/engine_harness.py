"""Runs engines in tests, and holds every answer to the contract."""

import itertools
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from inference.config import Device, EngineConfig, Precision
from inference.contract import (
    ChatMessage,
    Engine,
    EngineEvent,
    FinishReason,
    GenerationRequest,
    PromptReady,
    Role,
    TokenChunk,
)
from inference.engine.load import engine_load
from inference.sampling_params import SamplingParams

WAIT_SECONDS = 120
_numbers = itertools.count(1)


def request_make(
    text: str = "the quick brown fox",
    *,
    id: str | None = None,
    model: str = "tiny",
    messages: Sequence[ChatMessage] | None = None,
    prefix: Sequence[int] = (),
    resume: Sequence[int] = (),
    **settings: Any,
) -> GenerationRequest:
    """Greedy and sixteen tokens long, unless said otherwise.

    `settings` are of the sampling, or of the request itself.
    """
    sampling: dict[str, Any] = {"temperature": 0, "max_tokens": 16}
    for name in SamplingParams.__dataclass_fields__.keys() & settings.keys():
        sampling[name] = settings.pop(name)
    return GenerationRequest(
        id=id or f"request-{next(_numbers)}",
        model=model,
        messages=tuple(messages or [ChatMessage(Role.USER, text)]),
        sampling=SamplingParams(**sampling),
        prefix_token_ids=tuple(prefix),
        resume_token_ids=tuple(resume),
        **settings,
    )


def sample_id(request_id: str, sample: int) -> str:
    """
    >>> sample_id("a", 0), sample_id("a", 2)
    ('a', 'a answer 2')
    """
    return f"{request_id} answer {sample}" if sample else request_id


@dataclass
class Answer:
    """What the sink heard of one request."""

    prompt: PromptReady | None = None
    chunks: list[TokenChunk] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(chunk.text for chunk in self.chunks)

    @property
    def token_ids(self) -> list[int]:
        return [c.token_id for c in self.chunks if c.token_id is not None]

    @property
    def last(self) -> TokenChunk:
        return self.chunks[-1]

    @property
    def is_finished(self) -> bool:
        return bool(self.chunks) and self.last.finish_reason is not None


class Recorder:
    """An event sink that checks as it listens, and can be waited for.

    Answers are found by the request's id; of several, all but the first by
    `sample_id`. With `gate` cleared, the engine stands still after the next step.
    """

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self._changed = threading.Condition()
        self.answers: dict[str, Answer] = {}
        self.calls: list[list[EngineEvent]] = []

    def __call__(self, events: Sequence[EngineEvent]) -> None:
        with self._changed:
            self.calls.append(list(events))
            for event in events:
                self._take(event)
            self._changed.notify_all()
        assert self.gate.wait(WAIT_SECONDS)

    def _take(self, event: EngineEvent) -> None:
        sample = event.sample if isinstance(event, TokenChunk) else 0
        name = sample_id(event.request_id, sample)
        answer = self.answers.setdefault(name, Answer())
        assert not answer.is_finished, f"{event} after the end"
        if isinstance(event, PromptReady):
            assert answer.prompt is None and not answer.chunks
            answer.prompt = event
        else:
            answer.chunks.append(event)

    def wait(self, request_id: str) -> Answer:
        """The whole answer; fails the test if it does not come."""
        with self._changed:
            assert self._changed.wait_for(
                lambda: self._answer(request_id).is_finished, WAIT_SECONDS
            ), f"{request_id} has no end"
            return self.answers[request_id]

    def wait_for_tokens(self, request_id: str, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(
                lambda: len(self._answer(request_id).token_ids) >= count, WAIT_SECONDS
            ), f"{request_id} got no {count} tokens"

    def _answer(self, request_id: str) -> Answer:
        return self.answers.get(request_id, Answer())


class Harness:
    """An engine and its recorder."""

    def __init__(self, engine: Engine, recorder: Recorder) -> None:
        self.engine = engine
        self.recorder = recorder

    def ask(self, *requests: GenerationRequest) -> list[Answer]:
        """Submit all at once; the answers in the same order, each one checked."""
        self.submit(*requests)
        return [self.answer(request) for request in requests]

    def submit(self, *requests: GenerationRequest) -> None:
        for request in requests:
            self.engine.submit(request)

    def call_at_token(
        self, request_id: str, count: int, call: Callable[[], None]
    ) -> None:
        """Make the engine's own thread call, once, when there are so many tokens."""
        calls = [call]

        def sink(events: Sequence[EngineEvent]) -> None:
            self.recorder(events)
            answer = self.recorder.answers.get(request_id, Answer())
            if answer.prompt and calls and len(answer.token_ids) == count:
                calls.pop()()

        self.engine._sink = sink  # type: ignore[attr-defined]  # the engine's one seam

    def answer(self, request: GenerationRequest) -> Answer:
        answer = self.recorder.wait(request.id)
        answer_check(request, answer)
        return answer

    def samples(self, request: GenerationRequest) -> list[Answer]:
        """All answers to a request that was submitted, in the order of their number."""
        first = self.answer(request)
        others = [
            self.recorder.wait(sample_id(request.id, sample))
            for sample in range(1, request.sampling.n)
        ]
        for answer in others:
            answer.prompt = first.prompt
            answer_check(replace(request, resume_token_ids=()), answer)
        return [first, *others]


def answer_check(request: GenerationRequest, answer: Answer) -> None:
    """Numbered without gaps, one end, and the end's index as the contract says."""
    start = len(request.resume_token_ids)
    tokens = [chunk for chunk in answer.chunks if chunk.token_id is not None]
    assert [c.index for c in tokens] == [start + n for n in range(1, len(tokens) + 1)]
    assert all(chunk.finish_reason is None for chunk in answer.chunks[:-1])
    assert answer.last.index == start + len(tokens)
    if answer.last.finish_reason is FinishReason.ERROR:
        assert answer.last.error is not None
    else:
        assert answer.prompt is not None and answer.last.error is None


def harness_make(directory: Path, models_home: Path, **config: Any) -> Harness:
    """With one thread and exact arithmetic, unless said otherwise."""
    recorder = Recorder()
    exact: dict[str, Any] = {
        "device": Device.CPU,
        "precision": Precision.FP32,
        "num_threads": 1,
    }
    settings = EngineConfig(**{**exact, **config})
    engine = engine_load(
        str(directory), models_home, settings, recorder, lambda _: None
    )
    return Harness(engine, recorder)
