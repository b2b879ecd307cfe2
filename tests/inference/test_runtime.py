"""A worker's models: loading, serving, failing and coming back."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from inference.config import Device, EngineConfig
from inference.contract import (
    Engine,
    ErrorCode,
    EventSink,
    FinishReason,
    ModelState,
    ModelStatus,
)
from inference.engine.scripted import ScriptedEngine
from inference.errors import ModelUnavailableError
from inference.runtime import Runtime
from tests.inference.engine_harness import (
    Answer,
    Recorder,
    answer_check,
    request_make,
)

CONFIG = EngineConfig(device=Device.CPU, num_threads=1)


class Loader:
    """Loads scripted engines when it is let, and fails for specs said broken."""

    def __init__(self) -> None:
        self.may_load = threading.Event()
        self.broken: dict[str, Exception] = {}

    def __call__(
        self,
        spec: str,
        _models_home: Path,
        _config: EngineConfig,
        sink: EventSink,
        progress: Callable[[float], None],
    ) -> Engine:
        progress(0.5)
        assert self.may_load.wait(60)
        if spec in self.broken:
            raise self.broken[spec]
        return ScriptedEngine(sink)


class Statuses:
    """Keeps what the runtime says of its models, and waits for a state."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.heard: list[ModelStatus] = []

    def __call__(self, status: ModelStatus) -> None:
        with self._changed:
            self.heard.append(status)
            self._changed.notify_all()

    def wait(self, name: str, state: ModelState, times: int = 1) -> ModelStatus:
        def found() -> list[ModelStatus]:
            return [s for s in self.heard if (s.name, s.state) == (name, state)]

        with self._changed:
            assert self._changed.wait_for(lambda: len(found()) >= times, 60)
            return found()[-1]

    def wait_until(self, is_it: Callable[[ModelStatus], bool]) -> ModelStatus:
        """The newest that is so, among those heard from now on and the last before."""
        with self._changed:
            assert self._changed.wait_for(
                lambda: bool(self.heard) and is_it(self.heard[-1]), 60
            )
            return self.heard[-1]


class Worker:
    def __init__(self, tmp_path: Path) -> None:
        self._home = tmp_path
        self.loader = Loader()
        self.recorder = Recorder()
        self.statuses = Statuses()
        self.runtimes: list[Runtime] = []

    def start(self, *models: str, config: EngineConfig = CONFIG) -> Runtime:
        self.runtimes.append(
            Runtime(
                models=models,
                config=config,
                models_home=self._home,
                sink=self.recorder,
                on_status=self.statuses,
                load=self.loader,
            )
        )
        return self.runtimes[-1]


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    worker = Worker(tmp_path)
    yield worker
    worker.loader.may_load.set()
    for runtime in worker.runtimes:
        runtime.close()


def error_code(answer: Answer) -> ErrorCode:
    assert answer.last.error is not None
    return answer.last.error.code


def test_a_request_waits_for_its_model(worker: Worker) -> None:
    runtime = worker.start("tiny")
    runtime.submit(request := request_make("to be"))
    worker.statuses.wait("tiny", ModelState.LOADING)
    assert worker.recorder.answers == {}
    worker.loader.may_load.set()
    answer = worker.recorder.wait(request.id)
    answer_check(request, answer)
    assert answer.text == "to be"
    assert runtime.statuses()[0].state is ModelState.READY
    assert runtime.statuses()[0].info is not None


def test_progress_is_told_while_it_loads(worker: Worker) -> None:
    worker.start("tiny")
    assert worker.statuses.wait("tiny", ModelState.LOADING).progress == 0.5


def test_an_unknown_model_is_said_to_be_unknown(worker: Worker) -> None:
    runtime = worker.start()
    runtime.submit(request := request_make(model="nobody"))
    answer = worker.recorder.wait(request.id)
    assert error_code(answer) is ErrorCode.MODEL_UNKNOWN
    assert answer.last.error is not None
    assert answer.last.error.params == {"model": "nobody"}


def test_a_broken_model_tells_its_reason_and_the_others_serve(worker: Worker) -> None:
    worker.loader.broken["bad"] = ModelUnavailableError("x.safetensors: is missing")
    runtime = worker.start("bad", "good")
    runtime.submit(waiting := request_make(model="bad"))
    worker.loader.may_load.set()
    status = worker.statuses.wait("bad", ModelState.FAILED)
    assert status.reason == "x.safetensors: is missing"
    worker.statuses.wait("good", ModelState.READY)
    runtime.submit(late := request_make(model="bad"))
    for request in (waiting, late):
        answer = worker.recorder.wait(request.id)
        assert error_code(answer) is ErrorCode.MODEL_UNAVAILABLE
        assert answer.last.error is not None
        assert answer.last.error.params["reason"] == "x.safetensors: is missing"
    runtime.submit(served := request_make("fox", model="good"))
    assert worker.recorder.wait(served.id).text == "fox"


def test_an_unforeseen_failure_of_loading_does_not_end_the_worker(
    worker: Worker,
) -> None:
    worker.loader.broken["bad"] = ZeroDivisionError("oh")
    worker.loader.may_load.set()
    worker.start("bad", "good")
    assert "ZeroDivisionError" in worker.statuses.wait("bad", ModelState.FAILED).reason
    worker.statuses.wait("good", ModelState.READY)


def test_a_repaired_model_comes_back(worker: Worker) -> None:
    worker.loader.broken["tiny"] = ModelUnavailableError("truncated")
    worker.loader.may_load.set()
    runtime = worker.start("tiny")
    worker.statuses.wait("tiny", ModelState.FAILED)
    runtime.retry()
    worker.statuses.wait("tiny", ModelState.FAILED, times=2)
    worker.loader.broken.clear()
    runtime.retry()
    worker.statuses.wait("tiny", ModelState.READY)
    runtime.submit(request := request_make("fox"))
    assert worker.recorder.wait(request.id).text == "fox"
    runtime.retry()
    assert runtime.statuses()[0].state is ModelState.READY


def test_a_waiting_request_can_be_cancelled(worker: Worker) -> None:
    runtime = worker.start("tiny")
    runtime.submit(request := request_make())
    runtime.cancel(request.id)
    runtime.cancel("nobody")
    answer = worker.recorder.wait(request.id)
    assert answer.last.finish_reason is FinishReason.CANCELLED


def test_a_running_request_can_be_cancelled(worker: Worker) -> None:
    worker.loader.may_load.set()
    runtime = worker.start("tiny")
    runtime.submit(request := request_make("100000 20", max_tokens=9999))
    worker.recorder.wait_for_tokens(request.id, 1)
    runtime.cancel(request.id)
    answer = worker.recorder.wait(request.id)
    assert answer.last.finish_reason is FinishReason.CANCELLED


def test_two_models_of_one_name_get_two_names(worker: Worker) -> None:
    worker.loader.may_load.set()
    runtime = worker.start("/a/tiny", "/b/tiny")
    assert [status.name for status in runtime.statuses()] == ["tiny", "tiny-2"]
    info = worker.statuses.wait("tiny-2", ModelState.READY).info
    assert info is not None and info.name == "tiny-2"


def test_the_scripted_model_is_offered_only_when_asked_for(worker: Worker) -> None:
    assert worker.start().statuses() == []
    runtime = worker.start(config=EngineConfig(scripted=True))
    assert [status.name for status in runtime.statuses()] == ["scripted"]
    runtime.submit(request := request_make("fox", model="scripted"))
    assert worker.recorder.wait(request.id).text == "fox"


def test_the_watchdog_sees_the_slowest_engine(worker: Worker) -> None:
    worker.loader.may_load.set()
    runtime = worker.start("tiny")
    before = runtime.last_step_at
    worker.statuses.wait("tiny", ModelState.READY)
    runtime.submit(request := request_make())
    worker.recorder.wait(request.id)
    assert runtime.last_step_at >= before


def test_closing_ends_every_thread(worker: Worker) -> None:
    worker.loader.may_load.set()
    before = set(threading.enumerate())
    runtime = worker.start("tiny", config=EngineConfig(scripted=True))
    worker.statuses.wait("tiny", ModelState.READY)
    runtime.close()
    ours = set(threading.enumerate()) - before
    for thread in ours:
        thread.join(10)
    assert [thread.name for thread in ours if thread.is_alive()] == []


def test_a_real_model_is_served(tiny_directory: Path, tmp_path: Path) -> None:
    recorder, statuses = Recorder(), Statuses()
    runtime = Runtime(
        models=[str(tiny_directory)],
        config=CONFIG,
        models_home=tmp_path,
        sink=recorder,
        on_status=statuses,
    )
    runtime.submit(request := request_make())
    answer = recorder.wait(request.id)
    runtime.close()
    assert len(answer.token_ids) == 16
    status = statuses.wait("tiny", ModelState.READY)
    assert status.info is not None and status.info.context_length == 256


def test_a_worker_of_scripted_models_never_imports_torch() -> None:
    code = "import sys, inference.runtime; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
