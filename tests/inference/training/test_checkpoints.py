"""A checkpoint is whole or not there; what was good before stays good."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from inference.training.checkpoints import Checkpoints, RunState, weights_average
from inference.training.errors import TrainingError


@contextmanager
def disk_with(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def tensors(value: float) -> dict[str, torch.Tensor]:
    return {"weight": torch.full((64, 64), value)}


def test_the_newest_comes_back_and_the_oldest_go(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, kept=2)
    for step in (1, 2, 10):
        checkpoints.save(tensors(step), RunState(step=step, batch=step, loss_sum=0.5))
    found = checkpoints.load()
    assert found is not None
    assert found[1] == RunState(step=10, batch=10, loss_sum=0.5)
    assert torch.equal(found[0]["weight"], tensors(10)["weight"])
    assert len(list(tmp_path.iterdir())) == 2


def test_a_full_disk_leaves_the_one_before(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path)
    checkpoints.save(tensors(1), RunState(step=1))
    with disk_with(4096), pytest.raises(TrainingError, match="cannot be written"):
        checkpoints.save(tensors(2), RunState(step=2))
    found = checkpoints.load()
    assert found is not None
    assert found[1].step == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_a_damaged_one_gives_way_to_the_one_before(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path)
    checkpoints.save(tensors(1), RunState(step=1))
    newest = checkpoints.save(tensors(2), RunState(step=2))
    newest.write_bytes(newest.read_bytes()[:-100])
    found = checkpoints.load()
    assert found is not None
    assert found[1].step == 1


def test_it_says_when_none_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "step-00000001.safetensors").write_bytes(b"nothing")
    with pytest.raises(TrainingError, match="No checkpoint can be read"):
        Checkpoints(tmp_path).load()
    assert Checkpoints(tmp_path / "empty").load() is None


def test_the_average_lies_between(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path)
    files = [checkpoints.save(tensors(float(n)), RunState(step=n)) for n in (1, 2)]
    found = weights_average(tensors(6.0), files)
    assert torch.equal(found["weight"], tensors(3.0)["weight"])
