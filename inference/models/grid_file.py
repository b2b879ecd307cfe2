"""grid.safetensors: the codes of matrices that a model's own file kept quantised.

For a matrix that model.safetensors calls X.weight, of shape [outputs, inputs]:

X.weight.codes  uint8 [outputs, inputs], or two 4-bit codes a byte, [outputs,
                inputs / 2]: the low half is the even input
X.weight.scale  fp16 [outputs, inputs / 32]; likewise X.weight.zero
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from inference.errors import ModelUnavailableError
from inference.models.blueprint import Grid
from inference.models.tensors import StoredTensor, safetensors_map

GRID_NAME = "grid.safetensors"
_GROUP = 32  # inputs that share a scale and a zero


class GridFile(Mapping[str, Grid]):
    """Grids by the names of their matrices; empty where the file does not exist.

    Raises ModelUnavailableError naming the tensor that is missing or wrong.
    """

    def __init__(self, directory: Path) -> None:
        self._path = directory / GRID_NAME
        self._stored = safetensors_map(self._path) if self._path.exists() else {}

    def __getitem__(self, name: str) -> Grid:
        if f"{name}.codes" not in self._stored:
            raise KeyError(name)
        codes, scale, zero = (
            self._part(f"{name}.{part}") for part in ("codes", "scale", "zero")
        )
        outputs, inputs = _matrix_shape(scale)
        zero.check_shape(scale.shape)
        if codes.shape == (outputs, inputs // 2):
            return Grid(4, codes.codes(), scale.halves(), zero.halves())
        codes.check_shape((outputs, inputs))
        return Grid(8, codes.codes(), scale.halves(), zero.halves())

    def __iter__(self) -> Iterator[str]:
        return (
            name.removesuffix(".codes")
            for name in self._stored
            if name.endswith(".codes")
        )

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def shape(self, name: str) -> tuple[int, ...]:
        """Of the matrix, without reading it."""
        return _matrix_shape(self._part(f"{name}.scale"))

    def _part(self, name: str) -> StoredTensor:
        if name not in self._stored:
            raise ModelUnavailableError(f"{self._path}: lacks the tensor {name}")
        return self._stored[name]


def _matrix_shape(scale: StoredTensor) -> tuple[int, int]:
    if len(scale.shape) != 2:
        raise ModelUnavailableError(
            f"{scale.path}: the tensor {scale.name} should have two dimensions,"
            f" not the shape {scale.shape}"
        )
    return scale.shape[0], scale.shape[1] * _GROUP
