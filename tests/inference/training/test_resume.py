"""A run that was killed goes on as if nothing had happened, bit for bit."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from inference.training.metrics import metrics_read
from inference.training.train import main
from tests.inference.training.conftest import VALUES

REPOSITORY = Path(__file__).parents[3]
STEPS = 60


@pytest.fixture(params=["adamw"])
def config(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    path = tmp_path / "tiny.toml"
    lines = []
    for section, values in VALUES.items():
        lines.append(f"[{section}]")
        lines += [f"{name} = {value!r}" for name, value in values.items()]
        if section == "training":
            lines[lines.index("steps = 24")] = f"steps = {STEPS}"
            lines.append(f"optimizer = {request.param!r}")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def command(config: Path, data: Path, home: Path) -> list[str]:
    return [str(config), "--data", str(data), "--home", str(home)]


def curve(home: Path) -> list[tuple[str, int, float]]:
    lines = metrics_read(home / "metrics.jsonl")
    return [(line["kind"], line["step"], line["loss"]) for line in lines]


def run_until_killed(arguments: list[str], step: int) -> None:
    """A real child, which gets no chance to save."""
    with subprocess.Popen(
        [sys.executable, "-m", "inference.training.train", *arguments],
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    ) as child:
        assert child.stderr is not None
        for line in child.stderr:
            if line.startswith(f"step {step} of"):
                child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL


@pytest.mark.parametrize("config", ["adamw", "muon"], indirect=True)
def test_a_killed_run_equals_the_undisturbed_one(
    config: Path, data: Path, tmp_path: Path
) -> None:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    killed, undisturbed = tmp_path / "killed", tmp_path / "undisturbed"
    try:
        run_until_killed(command(config, data, killed), step=13)
        assert not (killed / "model").exists()
        assert main(command(config, data, killed)) == 0
        assert main(command(config, data, undisturbed)) == 0
    finally:
        torch.set_num_threads(threads)
    assert curve(killed) == curve(undisturbed)
    assert [step for kind, step, _loss in curve(killed) if kind == "train"] == list(
        range(1, STEPS + 1)
    )
    weights = [home / "model" / "model.safetensors" for home in (killed, undisturbed)]
    assert weights[0].read_bytes() == weights[1].read_bytes()


def test_it_pauses_when_its_minutes_are_over(
    config: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    assert main([*command(config, data, home), "--minutes", "0"]) == 3
    assert "the same command goes on" in capsys.readouterr().err
    assert [path.name for path in (home / "checkpoints").iterdir()] == [
        "step-00000000.safetensors"
    ]
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_it_refuses_a_home_that_was_begun_with_other_settings(
    config: Path, data: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = config.read_text(encoding="utf-8").replace("width = 32", "width = 64")
    config.write_text(text, encoding="utf-8")
    assert main(command(config, data, home)) == 1
    told = capsys.readouterr().err
    assert "was begun with model.width = 32, and now it is 64" in told
