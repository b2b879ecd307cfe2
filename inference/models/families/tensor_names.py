"""What a family calls its tensors, and what the blueprint calls them."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from inference.errors import ModelUnavailableError
from inference.models.blueprint import Floats, Grid
from inference.models.grid_file import GridFile
from inference.models.tensors import TensorFiles

Value = TypeVar("Value")


class Renamed(Mapping[str, Value]):
    """Values by the blueprint's names, read when they are asked for."""

    def __init__(self, readers: Mapping[str, Callable[[], Value]]) -> None:
        self._readers = readers

    def __getitem__(self, name: str) -> Value:
        return self._readers[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._readers)

    def __len__(self) -> int:
        return len(self._readers)


class TensorNames:
    """Collects pairs of names; each tensor must be there and have its shape.

    Raises ModelUnavailableError naming the file and the tensor.
    """

    def __init__(self, files: TensorFiles) -> None:
        self._files = files
        self._grid_file = GridFile(files.directory)
        self._tensors: dict[str, Callable[[], Floats]] = {}
        self._grids: dict[str, Callable[[], Grid]] = {}

    def __contains__(self, stored_name: str) -> bool:
        return stored_name in self._files

    def tensors(self) -> Mapping[str, Floats]:
        return Renamed(dict(self._tensors))

    def grids(self) -> Mapping[str, Grid]:
        return Renamed(dict(self._grids))

    def add(self, name: str, stored_name: str, *shape: int) -> None:
        self._files.stored(stored_name).check_weights(shape)
        self._tensors[name] = lambda: self._files[stored_name]
        if stored_name in self._grid_file:
            self._add_grid(name, stored_name, shape)

    def add_row(self, name: str, stored_name: str, length: int) -> None:
        """A vector that is stored as a matrix of one row."""
        self._files.stored(stored_name).check_weights((1, length))
        self._tensors[name] = lambda: self._files[stored_name][0]

    def add_computed(self, name: str, floats: Floats) -> None:
        self._tensors[name] = lambda: floats

    def add_linear(
        self, name: str, stored_name: str, outputs: int, inputs: int, *, has_bias: bool
    ) -> None:
        self.add(f"{name}.weight", f"{stored_name}.weight", outputs, inputs)
        if has_bias:
            self.add(f"{name}.bias", f"{stored_name}.bias", outputs)

    def add_norm(
        self, name: str, stored_name: str, width: int, *, has_bias: bool
    ) -> None:
        self.add(f"{name}.weight", f"{stored_name}.weight", width)
        if has_bias:
            self.add(f"{name}.bias", f"{stored_name}.bias", width)

    def tied(self, own_name: str, shared_name: str, *others: str) -> str:
        """Which tensor to read for one that should be the same as others.

        Its own if the file holds it with other values than the shared one (as
        transformers does); else the shared one, or whichever is there.
        """
        if own_name in self._files:
            if shared_name not in self._files:
                return own_name
            is_same = self._files.are_equal(own_name, shared_name)
            return shared_name if is_same else own_name
        there = [name for name in (shared_name, *others) if name in self._files]
        return there[0] if there else shared_name  # whose absence is then told

    def _add_grid(self, name: str, stored_name: str, shape: tuple[int, ...]) -> None:
        found = self._grid_file.shape(stored_name)
        if found != shape:
            raise ModelUnavailableError(
                f"{self._files.directory / 'grid.safetensors'}: the grid of"
                f" {stored_name} has the shape {found}, the matrix {shape}"
            )
        self._grids[name] = lambda: self._grid_file[stored_name]
