"""Models in a process of their own: the same answers, and no process left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from inference.config import Device, EngineConfig, Precision
from inference.contract import ErrorCode, FinishReason, ModelState
from inference.model_process.runtime_process import RuntimeProcess
from inference.model_slot import WantedVersion
from tests.inference.conftest import MakeHarness
from tests.inference.engine_harness import Recorder, answer_check, request_make
from tests.inference.test_runtime import Statuses

WAIT_SECONDS = 60
CONFIG = EngineConfig(
    device=Device.CPU, precision=Precision.FP32, num_threads=1, scripted=True
)


class Site:
    """One process of models, and what was heard of it."""

    def __init__(self, models_home: Path) -> None:
        self.models_home = models_home
        self.recorder = Recorder()
        self.statuses = Statuses()
        self.lost = threading.Event()
        self.runtimes: list[RuntimeProcess] = []

    def start(
        self, *models: str, versions: dict[str, WantedVersion] | None = None
    ) -> RuntimeProcess:
        runtime = RuntimeProcess(
            models=models,
            config=CONFIG,
            models_home=self.models_home,
            sink=self.recorder,
            on_status=self.statuses,
            on_lost=self.lost.set,
            versions=versions,
        )
        self.runtimes.append(runtime)
        return runtime

    @property
    def process(self) -> psutil.Process:
        """Wait for it to be there."""
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            for child in psutil.Process().children():
                if "inference.model_process" in child.cmdline():
                    return child
            time.sleep(0.01)
        raise AssertionError("no process of models was started")


@pytest.fixture
def site(models_home: Path) -> Iterator[Site]:
    site = Site(models_home)
    yield site
    for runtime in site.runtimes:
        runtime.close()


def test_its_answers_are_those_of_an_engine_at_hand(
    site: Site, tiny_directory: Path, make_harness: MakeHarness
) -> None:
    request = request_make(
        model=tiny_directory.name, logprobs=3, stop=("\x01",), logit_bias=((5, 1.5),)
    )
    [expected] = make_harness().ask(request)
    runtime = site.start(str(tiny_directory))
    site.statuses.wait(tiny_directory.name, ModelState.READY)
    runtime.submit(request)
    answer = site.recorder.wait(request.id)
    answer_check(request, answer)
    assert answer.prompt == expected.prompt
    assert answer.chunks == expected.chunks  # log-probabilities to the last bit
    assert answer.chunks[0].alternatives


def test_it_says_what_becomes_of_each_model(site: Site, tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    runtime = site.start(str(missing))
    assert [s.name for s in runtime.statuses()] == ["missing", "scripted"]
    assert "missing" in site.statuses.wait("missing", ModelState.FAILED).reason
    site.statuses.wait("scripted", ModelState.READY)
    assert [s.state for s in runtime.statuses()] == [
        ModelState.FAILED,
        ModelState.READY,
    ]
    runtime.submit(request := request_make("a b", model="missing"))
    error = site.recorder.wait(request.id).last.error
    assert error is not None and error.code is ErrorCode.MODEL_UNAVAILABLE
    runtime.retry()
    site.statuses.wait("missing", ModelState.FAILED, times=2)


def test_a_version_that_is_not_there_is_refused(
    site: Site, tiny_directory: Path, tmp_path: Path
) -> None:
    runtime = site.start(str(tiny_directory))
    name = tiny_directory.name
    site.statuses.wait(name, ModelState.READY)
    runtime.versions_want({name: WantedVersion(str(tmp_path / "gone"), "0" * 64)})
    refused = site.statuses.wait(name, ModelState.READY, times=2).refused
    assert "is not there any more" in refused
    runtime.versions_want({})
    assert not site.statuses.wait(name, ModelState.READY, times=3).refused
    runtime.tidy()


def test_a_cancel_ends_an_answer(site: Site) -> None:
    runtime = site.start()
    request = request_make("100000 50", model="scripted", max_tokens=30_000)
    runtime.submit(request)
    site.recorder.wait_for_tokens(request.id, 3)
    runtime.cancel(request.id)
    answer = site.recorder.wait(request.id)
    assert answer.last.finish_reason is FinishReason.CANCELLED


def test_it_stays_alive_and_a_standstill_is_seen(site: Site) -> None:
    runtime = site.start()
    site.statuses.wait("scripted", ModelState.READY)

    def age() -> float:
        return time.monotonic() - runtime.last_step_at

    _until(lambda: age() < 1.5)
    site.process.send_signal(signal.SIGSTOP)
    try:
        _until(lambda: age() > 3)
    finally:
        site.process.send_signal(signal.SIGCONT)
    _until(lambda: age() < 1.5)
    assert not site.lost.is_set()


def test_its_death_is_told_once(site: Site) -> None:
    runtime = site.start()
    site.statuses.wait("scripted", ModelState.READY)
    site.process.kill()
    assert site.lost.wait(WAIT_SECONDS)
    runtime.submit(request_make("a b", model="scripted"))  # nobody is there: no error
    runtime.cancel("unknown")


def test_closing_is_no_death(site: Site) -> None:
    runtime = site.start()
    process = site.process
    runtime.close()
    process.wait(WAIT_SECONDS)
    assert not site.lost.is_set()


def test_it_hears_no_interrupt_and_no_request_to_end(site: Site) -> None:
    """They go to the whole group of processes; who began it gives back its work."""
    runtime = site.start()
    site.statuses.wait("scripted", ModelState.READY)
    for number in (signal.SIGINT, signal.SIGTERM):
        site.process.send_signal(number)
    runtime.submit(request := request_make("a b", model="scripted"))
    assert site.recorder.wait(request.id).text == "a b"


_PARENT = """
import sys, time
from pathlib import Path
from inference.config import EngineConfig
from inference.model_process.runtime_process import RuntimeProcess

RuntimeProcess(
    models=[], config=EngineConfig(scripted=True), models_home=Path(sys.argv[1]),
    sink=lambda events: None, on_lost=lambda: None,
    on_status=lambda status: print(status.state, flush=True),
)
time.sleep(600)
"""


def test_it_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(tmp_path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        [process] = psutil.Process(parent.pid).children()
        parent.kill()
        process.wait(WAIT_SECONDS)


def test_torch_stays_away_from_who_asks() -> None:
    code = "import sys, inference.model_process.runtime_process as _; "
    code += "assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def _until(is_it: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not is_it():
        assert time.monotonic() < end
        time.sleep(0.02)
