"""Which program runs a model, and that it comes soon."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from inference.config import Precision
from inference.contract import ModelTask
from tests.inference.conftest import MakeHarness
from tests.inference.engine_harness import harness_make, request_make
from tests.product import REPOSITORY

LOAD = """
import sys, threading
from pathlib import Path
from inference.config import Device, EngineConfig
from inference.engine.load import engine_load
config = EngineConfig(device=Device.CPU, num_threads=1)
engine_load("smollm2", Path(sys.argv[1]), config, print, lambda _: None).close()
print(*sorted({"transformers", "safetensors", "gguf", "django"} & set(sys.modules)))
"""


def test_the_shipped_model_needs_no_library_of_models(installed_home: Path) -> None:
    """In a process of its own: the tests themselves have imported everything."""
    loaded = subprocess.run(
        [sys.executable, "-c", LOAD, str(installed_home)],
        check=True,
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        timeout=300,
    )
    assert loaded.stdout.split() == []


def test_its_info_says_how_the_weights_are_kept(make_harness: MakeHarness) -> None:
    exact = make_harness(precision=Precision.FP32).engine.info
    fast = make_harness(precision=Precision.INT8).engine.info
    assert (exact.precision, fast.precision) == ("fp32", "int8")
    assert exact.task is ModelTask.CHAT


def test_without_a_compiler_torch_runs_it_and_says_so(
    tiny_directory: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    make_harness: MakeHarness,
) -> None:
    (expected,) = make_harness(precision=Precision.FP32).ask(request_make("hello"))
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    with caplog.at_level(logging.WARNING):
        harness = harness_make(tiny_directory, tmp_path)
    assert "there is no C compiler" in caplog.text
    assert harness.engine.info.precision == "fp32"
    (answer,) = harness.ask(request_make("hello"))
    harness.engine.close()
    assert answer.token_ids == expected.token_ids
