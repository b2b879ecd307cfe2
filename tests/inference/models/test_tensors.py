"""Weights are mapped from their file, and take memory only while they are read."""

import re
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from inference.models.tensors import TensorFiles, pages_release

SMAPS = Path("/proc/self/smaps")
SHAPE = (512, 1024)  # 2 MiB


@pytest.fixture
def weights(tmp_path: Path) -> TensorFiles:
    values = np.arange(np.prod(SHAPE), dtype=np.float32).reshape(SHAPE)
    save_file({"one": values, "two": values}, tmp_path / "model.safetensors")
    return TensorFiles(tmp_path)


def resident_kilobytes(directory: Path) -> int:
    """Of the weights' file, in this process."""
    file = re.escape(str(directory / "model.safetensors"))
    found = re.search(rf"{file}\n(?:.*\n)*?Rss:\s+(\d+) kB", SMAPS.read_text())
    assert found
    return int(found[1])


@pytest.mark.skipif(not SMAPS.exists(), reason="Linux tells what lies in memory")
def test_what_is_released_leaves_memory_and_nothing_else_does(
    weights: TensorFiles,
) -> None:
    sums = weights["one"].sum(), weights["two"].sum()
    before = resident_kilobytes(weights.directory)
    pages_release(weights["one"])
    released = before - resident_kilobytes(weights.directory)
    assert 2000 < released <= 2048  # the pages at both ends may stay
    assert (weights["one"].sum(), weights["two"].sum()) == sums


def test_an_array_of_its_own_is_left_alone() -> None:
    values = np.ones(SHAPE, dtype=np.float32)
    pages_release(values)
    assert values.all()
