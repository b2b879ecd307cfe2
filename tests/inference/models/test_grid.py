"""A GGUF's own quantised matrices, carried over bit for bit."""

from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file

from inference.models.gguf_convert import gguf_convert
from inference.models.gguf_grid import grid_parts
from inference.models.manifest import GRID_NAME
from tests.inference.models.test_install import gguf_write

KINDS = gguf.GGMLQuantizationType
Arrays = dict[str, NDArray[Any]]


def decoded(parts: Arrays, prefix: str = "") -> NDArray[np.float32]:
    """codes * scale + zero, in fp32."""
    codes, scale = parts[f"{prefix}codes"], parts[f"{prefix}scale"]
    zero = parts[f"{prefix}zero"]
    inputs = scale.shape[1] * 32
    if codes.shape[1] * 2 == inputs:
        codes = np.stack([codes & np.uint8(15), codes >> np.uint8(4)], axis=-1)
    grouped = codes.reshape(len(scale), -1, 32).astype(np.float32)
    weights = grouped * scale[..., None].astype(np.float32)
    weights += zero[..., None].astype(np.float32)
    result: NDArray[np.float32] = weights.reshape(len(scale), inputs)
    return result


def check(directory: Path, kinds: set[int]) -> None:
    """Every matrix of the grid is the one in fp32; `kinds`: codes a byte that occur."""
    weights = load_file(directory / "model.safetensors")
    grid = load_file(directory / GRID_NAME)
    found = set()
    for name, values in weights.items():
        if values.ndim == 1:
            assert f"{name}.codes" not in grid
            continue
        assert np.array_equal(decoded(grid, f"{name}."), values), name
        found.add(values.shape[1] // grid[f"{name}.codes"].shape[1])
    assert found == kinds


@pytest.mark.parametrize(
    ("kind", "codes_in_a_byte"), [(KINDS.Q4_0, 2), (KINDS.Q4_1, 2), (KINDS.Q8_0, 1)]
)
def test_codes_scales_and_zeros_are_the_weights(
    kind: KINDS, codes_in_a_byte: int, tmp_path: Path
) -> None:
    gguf_write(tmp_path / "tiny.gguf", kind=kind)
    gguf_convert(tmp_path / "tiny.gguf", tmp_path)
    check(tmp_path, {codes_in_a_byte})


def test_the_shipped_model_has_its_grid(smollm2_directory: Path) -> None:
    check(smollm2_directory, {1, 2})


def test_a_file_without_a_grid_brings_none(tmp_path: Path) -> None:
    gguf_write(tmp_path / "tiny.gguf", kind=KINDS.F16)
    gguf_convert(tmp_path / "tiny.gguf", tmp_path)
    assert load_file(tmp_path / GRID_NAME) == {}


@pytest.mark.parametrize(("kind", "value"), [(KINDS.Q8_0, 6e6), (KINDS.Q4_0, 1e5)])
def test_a_zero_beyond_half_precision_is_left_out(
    kind: KINDS, value: float, tmp_path: Path
) -> None:
    values = np.full((1, 32), value, dtype=np.float32)
    writer = gguf.GGUFWriter(tmp_path / "x.gguf", "llama")
    writer.add_tensor("x", gguf.quantize(values, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    (tensor,) = gguf.GGUFReader(tmp_path / "x.gguf").tensors
    assert grid_parts(tensor) == {}
