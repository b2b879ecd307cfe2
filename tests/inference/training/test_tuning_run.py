"""A whole run: exact after a kill, stopped by no number and by a full disk, and what it
leaves loads and serves like any other model."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from inference.errors import ModelUnavailableError
from inference.models.registry import resolve
from inference.training.errors import TrainingError
from inference.training.metrics import metrics_read
from inference.training.tuning.progress import TuningStopped
from inference.training.tuning.run import tuning_run
from tests.inference.tiny_translators import t5_translator
from tests.inference.training.tuning_cases import pairs_write, request_make
from tests.product import REPOSITORY


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> None:
    """The same sums in the same order, and no waiting for a busy neighbour."""
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def translator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return t5_translator(tmp_path_factory.mktemp("models") / "translator")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return pairs_write(tmp_path / "pairs.tsv")


def stop_after(steps: int) -> Callable[[], bool]:
    """True from the call before that many steps on."""
    calls = iter(range(1_000_000))
    return lambda: next(calls) >= steps


def weights(home: Path) -> dict[str, torch.Tensor]:
    return load_file(home / "model" / "model.safetensors")


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(
        torch.equal(one[name], other[name]) for name in one
    )


@pytest.mark.parametrize("method", ["lora", "full"])
def test_a_run_that_was_stopped_ends_with_the_same_weights(
    translator: Path, data: Path, tmp_path: Path, method: str
) -> None:
    whole = request_make(translator, tmp_path / "whole", data, method=method)
    cut = request_make(translator, tmp_path / "cut", data, method=method)
    expected = tuning_run(whole)
    for steps in (2, 3):
        with pytest.raises(TuningStopped):
            tuning_run(cut, should_stop=stop_after(steps))
    found = tuning_run(cut)
    assert same(weights(whole.home), weights(cut.home))
    lines = [metrics_read(r.home / "metrics.jsonl") for r in (whole, cut)]
    assert lines[0] == lines[1]
    assert found.comparison == expected.comparison
    assert found.version == expected.version != expected.base_version


def test_a_killed_run_goes_on_to_the_same_weights(
    translator: Path, data: Path, tmp_path: Path
) -> None:
    whole = request_make(translator, tmp_path / "whole", data, epochs=6)
    tuning_run(whole)
    home = tmp_path / "killed"
    command = [
        *(sys.executable, "-m", "inference.training.finetune"),
        *("--model", str(translator), "--data", str(data), "--home", str(home)),
        *("--models-home", str(tmp_path / "models-home"), "--direction", "en-fr"),
        *("--epochs", "6", "--tokens-per-batch", "300"),
        *("--checkpoint-steps", "3", "--rank", "4"),
    ]
    environment = {"PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(command, cwd=REPOSITORY, env=environment)
    deadline = time.monotonic() + 120
    while not list(home.glob("checkpoints/step-*")):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.005)
    process.kill()
    process.wait()
    assert not (home / "model").exists(), "it was killed in the middle"
    tuning_run(request_make(translator, home, data, epochs=6))
    assert same(weights(whole.home), weights(home))
    assert metrics_read(home / "metrics.jsonl") == metrics_read(
        whole.home / "metrics.jsonl"
    )


def test_a_home_belongs_to_one_run(
    translator: Path, data: Path, tmp_path: Path
) -> None:
    with pytest.raises(TuningStopped):
        tuning_run(
            request_make(translator, tmp_path / "h", data), should_stop=stop_after(1)
        )
    other = request_make(translator, tmp_path / "h", data, epochs=3)
    with pytest.raises(TrainingError, match=r"begun with epochs = 2, and now .* 3"):
        tuning_run(other)


def poisoned_copy(source: Path, target: Path) -> Path:
    shutil.copytree(source, target)
    tensors = load_file(source / "model.safetensors")
    name = next(name for name in tensors if "wi" in name)
    tensors[name][0, 0] = float("nan")
    save_file(tensors, target / "model.safetensors", {"format": "pt"})
    return target


def test_no_number_stops_and_says_where(
    translator: Path, data: Path, tmp_path: Path
) -> None:
    broken = poisoned_copy(translator, tmp_path / "broken")
    request = request_make(broken, tmp_path / "h", data)
    with pytest.raises(TrainingError, match=r"became nan at step 1 of \d+, epoch 1"):
        tuning_run(request)
    assert not (request.home / "model").exists()


def test_a_full_disk_keeps_the_checkpoint_before(
    translator: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = request_make(translator, tmp_path / "h", data)
    calls = iter(range(100))

    def full_at_the_second(*arguments: Any) -> None:
        if next(calls) == 1:
            raise OSError(28, "No space left on device")
        save_file(*arguments)

    saved = "inference.training.checkpoints.save_file"
    monkeypatch.setattr(saved, full_at_the_second)
    with pytest.raises(TrainingError, match="No space left on device"):
        tuning_run(request)
    assert len(list((request.home / "checkpoints").iterdir())) == 1
    whole = request_make(translator, tmp_path / "whole", data)
    tuning_run(whole)
    tuning_run(request)
    assert same(weights(whole.home), weights(request.home))


def test_what_it_leaves_is_checked_like_any_model(
    translator: Path, data: Path, tmp_path: Path
) -> None:
    request = request_make(translator, tmp_path / "h", data, epochs=1)
    result = tuning_run(request)
    manifest = resolve(str(result.directory), request.models_home)
    assert manifest.version == result.version
    path = result.directory / "generation_config.json"
    path.write_text(path.read_text() + " ")
    with pytest.raises(ModelUnavailableError, match="bytes"):
        resolve(str(result.directory), request.models_home)
