"""The weights of a model directory, mapped from its safetensors files into numpy.

Nothing is read before it is used. fp32 stays a view of the mapped file, shared between
all processes that map it; fp16 and bf16 become fp32 when asked for.
"""

import json
import math
import mmap
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from inference.errors import ModelUnavailableError
from inference.models.blueprint import Floats
from inference.models.directory_checks import json_read

Bytes = NDArray[np.uint8]
_ITEM_SIZES = {"F32": 4, "F16": 2, "BF16": 2, "U8": 1}
_WEIGHT_TYPES = ("F32", "F16", "BF16")


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """Where a tensor lies; `data` is a view of the mapped file."""

    path: Path
    name: str
    dtype: str
    shape: tuple[int, ...]
    data: Bytes

    def floats(self) -> Floats:
        """Of a tensor of weights."""
        if self.dtype == "F32":
            return self._view(np.float32)
        if self.dtype == "F16":
            return self._view(np.float16).astype(np.float32)
        # bf16 is the upper half of an fp32.
        widened = self._view(np.uint16).astype(np.uint32) << np.uint32(16)
        return widened.view(np.float32)

    def halves(self) -> NDArray[np.float16]:
        if self.dtype != "F16":
            raise self._error("should be F16")
        return self._view(np.float16)

    def codes(self) -> NDArray[np.uint8]:
        if self.dtype != "U8":
            raise self._error("should be U8")
        return self._view(np.uint8)

    def check_weights(self, shape: tuple[int, ...]) -> None:
        self.check_shape(shape)
        if self.dtype not in _WEIGHT_TYPES:
            raise self._error(f"should be one of {', '.join(_WEIGHT_TYPES)}")

    def check_shape(self, shape: tuple[int, ...]) -> None:
        if self.shape != shape:
            raise ModelUnavailableError(
                f"{self.path}: the tensor {self.name} has the shape {self.shape},"
                f" config.json asks for {shape}"
            )

    def _view(self, dtype: Any) -> NDArray[Any]:
        data = self.data
        if data.ctypes.data % np.dtype(dtype).itemsize:
            data = data.copy()  # a header of odd length; arithmetic wants it aligned
        values: NDArray[Any] = data.view(dtype).reshape(self.shape)
        return values

    def _error(self, reason: str) -> ModelUnavailableError:
        return ModelUnavailableError(
            f"{self.path}: the tensor {self.name} of type {self.dtype} {reason}"
        )


class TensorFiles(Mapping[str, Floats]):
    """fp32 arrays by the names in the files. Raises ModelUnavailableError."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._weights = _weight_path(directory)
        self._stored = _stored_tensors(directory, self._weights)
        # Asking twice for a converted tensor gives the same array while it is in use.
        self._floats: WeakValueDictionary[str, Floats] = WeakValueDictionary()

    def __getitem__(self, name: str) -> Floats:
        floats = self._floats.get(name)
        if floats is None:
            floats = self._floats[name] = self._stored[name].floats()
        return floats

    def __iter__(self) -> Iterator[str]:
        return iter(self._stored)

    def __len__(self) -> int:
        return len(self._stored)

    def stored(self, name: str) -> StoredTensor:
        """Raises ModelUnavailableError if there is none of the name."""
        if name not in self._stored:
            raise ModelUnavailableError(f"{self._weights}: lacks the tensor {name}")
        return self._stored[name]

    def are_equal(self, name: str, other: str) -> bool:
        one, two = self._stored[name], self._stored[other]
        return (one.dtype, one.shape) == (two.dtype, two.shape) and np.array_equal(
            one.data, two.data
        )


def pages_release(values: NDArray[Any]) -> None:
    """Take what was read of a mapped file out of memory; used again, it is read again.

    Of other arrays nothing is taken.
    """
    mapped: Any = values
    while isinstance(mapped, np.ndarray):
        mapped = mapped.base
    if not isinstance(mapped, mmap.mmap):
        return
    begin = values.ctypes.data - np.frombuffer(mapped, dtype=np.uint8).ctypes.data
    first = -(-begin // mmap.PAGESIZE) * mmap.PAGESIZE
    last = (begin + values.nbytes) // mmap.PAGESIZE * mmap.PAGESIZE
    if first < last:  # pages that neighbours share stay
        mapped.madvise(mmap.MADV_DONTNEED, first, last - first)


def _weight_path(directory: Path) -> Path:
    index = directory / "model.safetensors.index.json"
    return index if index.exists() else directory / "model.safetensors"


def _stored_tensors(directory: Path, weights: Path) -> dict[str, StoredTensor]:
    if weights.suffix == ".safetensors":
        return safetensors_map(weights)
    weight_map = json_read(weights).get("weight_map")
    if not isinstance(weight_map, dict):
        raise ModelUnavailableError(f"{weights}: has no weight_map")
    files = sorted({str(file) for file in weight_map.values()})
    tensors: dict[str, StoredTensor] = {}
    for file in files:
        tensors |= safetensors_map(directory / file)
    for name, file in weight_map.items():
        if name not in tensors:
            raise ModelUnavailableError(
                f"{directory / str(file)}: lacks the tensor {name}"
            )
    return tensors


def safetensors_map(path: Path) -> dict[str, StoredTensor]:
    """All tensors of one file, by name."""
    try:
        # Copy on write: torch wants arrays that may be written, the file never is.
        mapped = np.memmap(path, dtype=np.uint8, mode="c").view(np.ndarray)
        (length,) = struct.unpack("<Q", mapped[:8].tobytes())
        header = json.loads(mapped[8 : 8 + length].tobytes())
        if not isinstance(header, dict):
            raise TypeError("its header is no JSON object")
        header.pop("__metadata__", None)
    except FileNotFoundError as error:
        raise ModelUnavailableError(f"{path}: is missing") from error
    except (OSError, ValueError, struct.error, TypeError) as error:
        raise ModelUnavailableError(
            f"{path}: is not a safetensors file: {error}"
        ) from error
    data = mapped[8 + length :]
    return {name: _stored_tensor(path, name, header[name], data) for name in header}


def _stored_tensor(path: Path, name: str, entry: Any, data: Bytes) -> StoredTensor:
    try:
        dtype, shape = str(entry["dtype"]), tuple(map(int, entry["shape"]))
        start, end = map(int, entry["data_offsets"])
    except (KeyError, TypeError, ValueError) as error:
        raise ModelUnavailableError(
            f"{path}: the entry of the tensor {name} is damaged"
        ) from error
    if not 0 <= start <= end <= len(data):
        raise ModelUnavailableError(
            f"{path}: is truncated, the tensor {name} is not all there"
        )
    if dtype in _ITEM_SIZES and math.prod(shape) * _ITEM_SIZES[dtype] != end - start:
        raise ModelUnavailableError(
            f"{path}: the tensor {name} has {end - start} bytes,"
            f" which its shape {shape} does not fill"
        )
    return StoredTensor(path, name, dtype, shape, data[start:end])
