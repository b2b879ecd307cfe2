"""Another version takes over without a restart; what was begun is ended by the old."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from inference.config import Device, EngineConfig
from inference.contract import (
    Engine,
    EventSink,
    FinishReason,
    ModelInfo,
    ModelState,
    ModelStatus,
)
from inference.engine.scripted import SCRIPTED_INFO, ScriptedEngine
from inference.errors import ModelUnavailableError
from inference.model_slot import WantedVersion
from inference.runtime import Runtime
from tests.inference.engine_harness import Recorder, request_make
from tests.inference.test_runtime import Statuses

CONFIG = EngineConfig(device=Device.CPU, num_threads=1)


class VersionedEngine(ScriptedEngine):
    """Says which version it is, and whether it was closed."""

    def __init__(self, sink: EventSink, version: str) -> None:
        super().__init__(sink)
        self._version = version
        self.is_closed = False

    @property
    def info(self) -> ModelInfo:
        return replace(SCRIPTED_INFO, version=self._version)

    def close(self) -> None:
        self.is_closed = True
        super().close()


class Loader:
    """The version of a directory is its name, unless that is said to be broken."""

    def __init__(self) -> None:
        self.broken: dict[str, str] = {}
        self.loaded: list[VersionedEngine] = []

    def __call__(
        self,
        spec: str,
        _models_home: Path,
        _config: EngineConfig,
        sink: EventSink,
        progress: Callable[[float], None],
    ) -> Engine:
        if spec in self.broken:
            raise ModelUnavailableError(self.broken[spec])
        self.loaded.append(VersionedEngine(sink, spec))
        return self.loaded[-1]


class Worker:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.loader = Loader()
        self.recorder = Recorder()
        self.statuses = Statuses()
        self.runtime: Runtime | None = None

    def start(self, versions: dict[str, WantedVersion] | None = None) -> Runtime:
        self.runtime = Runtime(
            models=["base"],
            config=CONFIG,
            models_home=self.home,
            sink=self.recorder,
            on_status=self.statuses,
            load=self.loader,
            versions=versions,
        )
        return self.runtime

    def wait(self, is_it: Callable[[ModelStatus], bool]) -> ModelStatus:
        return self.statuses.wait_until(is_it)


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    worker = Worker(tmp_path)
    yield worker
    if worker.runtime:
        worker.runtime.close()


def wanted(name: str, version: str = "") -> dict[str, WantedVersion]:
    return {"base": WantedVersion(name, version or name)}


def serves(version: str) -> Callable[[ModelStatus], bool]:
    return lambda status: bool(status.info and status.info.version == version)


def test_a_promoted_version_takes_over_without_a_restart(worker: Worker) -> None:
    runtime = worker.start()
    worker.wait(serves("base"))
    runtime.versions_want(wanted("v1"))
    status = worker.wait(serves("v1"))
    assert (status.state, status.refused) == (ModelState.READY, "")
    runtime.submit(request := request_make("fox", model="base"))
    assert worker.recorder.wait(request.id).text == "fox"
    assert [engine.info.version for engine in worker.loader.loaded] == ["base", "v1"]


def test_it_is_never_absent_while_another_version_loads(worker: Worker) -> None:
    runtime = worker.start()
    worker.wait(serves("base"))
    heard = len(worker.statuses.heard)
    runtime.versions_want(wanted("v1"))
    worker.wait(serves("v1"))
    states = {status.state for status in worker.statuses.heard[heard:]}
    assert states == {ModelState.READY}


def test_what_runs_is_ended_by_the_version_that_began_it(worker: Worker) -> None:
    runtime = worker.start()
    worker.wait(serves("base"))
    runtime.submit(long := request_make("300 300", model="base", max_tokens=300))
    worker.recorder.wait_for_tokens(long.id, 1)
    runtime.versions_want(wanted("v1"))
    worker.wait(serves("v1"))
    old, new = worker.loader.loaded
    runtime.tidy(after=0)
    assert not old.is_closed, "it still owes an end"
    answer = worker.recorder.wait(long.id)
    assert len(answer.token_ids) == 300
    runtime.tidy(after=0)
    assert [engine.is_closed for engine in (old, new)] == [True, False]


def test_a_replaced_version_can_still_be_told_to_stop(worker: Worker) -> None:
    runtime = worker.start()
    worker.wait(serves("base"))
    runtime.submit(long := request_make("100000 20", model="base", max_tokens=9999))
    worker.recorder.wait_for_tokens(long.id, 1)
    runtime.versions_want(wanted("v1"))
    worker.wait(serves("v1"))
    runtime.cancel(long.id)
    end = worker.recorder.wait(long.id).last
    assert end.finish_reason is FinishReason.CANCELLED


def test_what_was_claimed_for_the_old_version_is_written_by_it(worker: Worker) -> None:
    runtime = worker.start()
    worker.wait(serves("base"))
    runtime.versions_want(wanted("v1"))
    worker.wait(serves("v1"))
    request = request_make("300 300", model="base", max_tokens=300)
    runtime.submit(replace(request, model_version="base"))
    old, _new = worker.loader.loaded
    runtime.tidy(after=0)
    assert not old.is_closed
    worker.recorder.wait(request.id)
    runtime.tidy(after=0)
    assert old.is_closed


def test_a_version_that_is_gone_is_refused_and_the_old_one_serves(
    worker: Worker,
) -> None:
    runtime = worker.start()
    worker.wait(serves("base"))
    worker.loader.broken["v1"] = "v1: is not a directory"
    runtime.versions_want(wanted("v1"))
    status = worker.wait(lambda status: bool(status.refused))
    assert status.state is ModelState.READY and serves("base")(status)
    assert status.refused == "v1: is not a directory"
    worker.loader.broken.clear()
    runtime.retry()
    assert worker.wait(serves("v1")).refused == ""


def test_files_of_another_version_are_refused(worker: Worker) -> None:
    runtime = worker.start()
    worker.wait(serves("base"))
    runtime.versions_want(wanted("v1", version="0123456789"))
    status = worker.wait(lambda status: bool(status.refused))
    assert "its files are of version v1, but 01234567 was promoted" in status.refused
    assert serves("base")(status)
    assert worker.loader.loaded[-1].is_closed


def test_a_start_with_a_broken_version_serves_the_shipped_one(worker: Worker) -> None:
    worker.loader.broken["v1"] = "v1: truncated"
    worker.start(wanted("v1"))
    status = worker.wait(serves("base"))
    assert (status.state, status.refused) == (ModelState.READY, "v1: truncated")


def test_a_start_loads_the_promoted_version_alone(worker: Worker) -> None:
    worker.start(wanted("v1"))
    worker.wait(serves("v1"))
    assert len(worker.loader.loaded) == 1


def test_one_step_back(worker: Worker) -> None:
    runtime = worker.start(wanted("v1"))
    worker.wait(serves("v1"))
    runtime.versions_want({})
    worker.wait(serves("base"))
    runtime.submit(request := request_make("fox", model="base"))
    assert worker.recorder.wait(request.id).text == "fox"


def test_going_back_takes_a_refusal_away(worker: Worker) -> None:
    worker.loader.broken["v1"] = "v1: truncated"
    runtime = worker.start()
    worker.wait(serves("base"))
    runtime.versions_want(wanted("v1"))
    worker.wait(lambda status: bool(status.refused))
    runtime.versions_want({})
    worker.wait(lambda status: serves("base")(status) and not status.refused)
    assert len(worker.loader.loaded) == 1
