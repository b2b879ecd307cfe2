"""What the engine is told of a row: for whom, how urgent, and for how long."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from inference.config import EngineConfig
from inference.contract import (
    Engine,
    EventSink,
    FinishReason,
    GenerationRequest,
    ModelInfo,
    ModelStatus,
    Priority,
    PromptReady,
    TokenChunk,
)
from inference.runtime import Runtime, StatusListener
from inference.worker.model_worker import ModelWorker
from tests.webapp.generation.factories import GenerationFactory
from webapp.accounts.models import Team, User
from webapp.generation.models import Generation

INFO = ModelInfo("deaf", "Deaf", "llama", "0" * 64, 256, "MIT")


class DeafEngine:
    """Ends every request at once, and remembers it."""

    info = INFO
    last_step_at = float("inf")

    def __init__(self, sink: EventSink) -> None:
        self._sink = sink
        self.requests: list[GenerationRequest] = []

    def submit(self, request: GenerationRequest) -> None:
        self.requests.append(request)
        prompt = PromptReady(request.id, (1, 2, 3), cached_tokens=2)
        end = TokenChunk(request.id, 0, None, "", FinishReason.STOP)
        self._sink([prompt, end])

    def cancel(self, request_id: str) -> None: ...

    def close(self) -> None: ...


Ask = Callable[..., GenerationRequest]


def generation_await(generation: Generation) -> None:
    """Until it has ended: one of the batch is begun by the worker's feeder."""
    tick = threading.Event()
    for _ in range(6_000):
        generation.refresh_from_db()
        if generation.is_finished:
            return
        tick.wait(0.01)


@pytest.fixture
def ask(transactional_db: None, tmp_path: Path) -> Iterator[Ask]:
    """A row with these fields, as the engine gets it."""
    engines: list[DeafEngine] = []
    is_ready = threading.Event()

    def load(
        _spec: str,
        _home: Path,
        _config: EngineConfig,
        sink: EventSink,
        _progress: Callable[[float], None],
    ) -> Engine:
        engines.append(DeafEngine(sink))
        return engines[0]

    def runtime_make(sink: EventSink, on_status: StatusListener) -> Runtime:
        def status_take(status: ModelStatus) -> None:
            on_status(status)
            is_ready.set()

        return Runtime(
            models=["deaf"],
            config=EngineConfig(),
            models_home=tmp_path,
            sink=sink,
            on_status=status_take,
            load=load,
        )

    worker = ModelWorker(name="box:1", make_runtime=runtime_make)
    worker.start()

    def ask(**fields: object) -> GenerationRequest:
        assert is_ready.wait(60)
        generation = GenerationFactory.create(model="deaf", **fields)
        worker.generate(generation.id)
        generation_await(generation)
        assert generation.status == Generation.Status.DONE
        assert (generation.prompt_tokens, generation.cached_tokens) == (3, 2)
        return engines[0].requests[-1]

    yield ask
    worker.close()
    connection.close()


def test_nobody_shares_what_was_read_with_another(
    ask: Ask, alice: User, bob: User, team: Team
) -> None:
    own = ask(person=alice, team=team).owner
    assert own == ask(person=alice, team=team).owner
    assert len({own, ask(person=bob, team=team).owner, ask(person=alice).owner}) == 3


def test_people_who_were_deleted_share_nothing(ask: Ask) -> None:
    owners = {ask(person=None, team=None).owner for _ in range(2)}
    assert len(owners) == 2 and "" not in owners


def test_a_team_shares_its_preset(ask: Ask) -> None:
    assert ask(preset_scope="team:7").preset_owner == "team:7"
    assert ask().preset_owner == ""


@pytest.mark.parametrize("queue", list(Generation.Queue))
def test_the_queue_is_the_priority(ask: Ask, queue: Generation.Queue) -> None:
    assert ask(queue=queue).priority is Priority(queue.value)


@pytest.mark.parametrize(("setting", "deadline"), [(90.0, 90.0), (0.0, None)])
def test_the_settings_say_how_long_it_may_take(
    ask: Ask, settings: Settings, setting: float, deadline: float | None
) -> None:
    settings.DEADLINE_SECONDS = setting
    assert ask().deadline_seconds == deadline
