"""Keys and values of many slots, side by side in one tensor per layer.

Every slot in here has a row of each tensor, so one forward pass serves them all. A
slot joins by copying what was read for it alone, and leaves by the last row taking its
place.
"""

from collections.abc import Sequence
from typing import Any

import torch
from transformers import Cache, DynamicCache
from transformers.cache_utils import CacheLayerMixin

from inference.models.generic.causal_lm import LayerShape

_LENGTH_STEP = 256  # tokens by which the tensors grow


def tokens_rounded(length: int) -> int:
    return -(-length // _LENGTH_STEP) * _LENGTH_STEP


def _rows_rounded(rows: int) -> int:
    return 1 << (rows - 1).bit_length() if rows else 0


class SharedRows:
    """Owns the tensors; row r belongs to the r-th slot of `slots`."""

    def __init__(
        self, shapes: Sequence[LayerShape], dtype: torch.dtype, device: torch.device
    ) -> None:
        self._layers = [SharedLayer(shape, dtype, device) for shape in shapes]
        self._lengths: list[int] = []  # tokens in each row
        self.slots: list[int] = []

    def length(self, slot: int) -> int:
        return self._lengths[self.slots.index(slot)]

    def join(self, slot: int, cache: DynamicCache) -> None:
        """Copy one sequence in. A failure leaves the others as they were."""
        length = int(cache.get_seq_length())
        row = len(self.slots)
        self._grow(row + 1, length + 1)
        theirs: Any  # DynamicLayer, whose tensors transformers types as optional
        for ours, theirs in zip(self._layers, cache.layers, strict=True):
            ours.write_row(row, theirs.keys, theirs.values)
        self._lengths.append(length)
        self.slots.append(slot)

    def copy_of(self, slot: int, length: int) -> DynamicCache:
        """The first tokens of a row, as a cache of their own."""
        row = self.slots.index(slot)
        cache = DynamicCache()
        for number, layer in enumerate(self._layers):
            keys, values = (t[row : row + 1, :, :length] for t in layer.tensors())
            cache.update(keys.clone(), values.clone(), number)
        return cache

    def leave(self, slot: int) -> None:
        """Wipe a row; the last row, if another, moves into its place."""
        row, last = self.slots.index(slot), len(self.slots) - 1
        for layer in self._layers:
            layer.move_row(last, row)
        for numbers in (self._lengths, self.slots):
            numbers[row] = numbers[last]
            numbers.pop()
        if not self.slots:
            for layer in self._layers:
                layer.resize(0, 0, kept_rows=0)  # an idle engine holds no memory

    def step(self, starts: dict[int, int]) -> "SharedStep":
        """One token for each of these slots, at the position given.

        A step may be repeated, from the same positions, until `stepped` is called.
        """
        lengths = dict(zip(self.slots, self._lengths, strict=True))
        assert all(start <= lengths[slot] for slot, start in starts.items())
        self._grow(len(self.slots), max(starts.values()) + 1)
        rows = [self.slots.index(slot) for slot in starts]
        return SharedStep(self._layers, rows, list(starts.values()))

    def stepped(self, starts: dict[int, int]) -> None:
        for slot, start in starts.items():
            self._lengths[self.slots.index(slot)] = start + 1

    def _grow(self, rows: int, length: int) -> None:
        """Make place. Layer by layer, so that little is held twice."""
        for layer in self._layers:
            if rows > layer.rows or length > layer.capacity:
                longest = max([length, *self._lengths])
                layer.resize(
                    _rows_rounded(max(rows, len(self.slots))),
                    tokens_rounded(longest),
                    kept_rows=len(self.slots),
                )


class SharedLayer:
    """The keys [rows, heads, tokens, width] and values of one layer."""

    def __init__(
        self, shape: LayerShape, dtype: torch.dtype, device: torch.device
    ) -> None:
        self._shape = shape
        self._options: dict[str, Any] = {"dtype": dtype, "device": device}
        self.keys = self._zeros(0, 0, shape.key_width)
        self.values = self._zeros(0, 0, shape.value_width)

    @property
    def rows(self) -> int:
        return self.keys.shape[0]

    @property
    def capacity(self) -> int:
        return self.keys.shape[2]

    def tensors(self) -> tuple[torch.Tensor, torch.Tensor]:
        return self.keys, self.values

    def resize(self, rows: int, capacity: int, *, kept_rows: int) -> None:
        keys = self._zeros(rows, capacity, self._shape.key_width)
        values = self._zeros(rows, capacity, self._shape.value_width)
        tokens = min(capacity, self.capacity)
        keys[:kept_rows, :, :tokens] = self.keys[:kept_rows, :, :tokens]
        values[:kept_rows, :, :tokens] = self.values[:kept_rows, :, :tokens]
        self.keys, self.values = keys, values

    def write_row(self, row: int, keys: torch.Tensor, values: torch.Tensor) -> None:
        self.keys[row, :, : keys.shape[2]] = keys[0]
        self.values[row, :, : values.shape[2]] = values[0]

    def move_row(self, source: int, target: int) -> None:
        """Nothing of a sequence stays behind: neither its words nor its NaN."""
        if source != target:
            self.keys[target] = self.keys[source]
            self.values[target] = self.values[source]
        self.keys[source] = 0
        self.values[source] = 0

    def _zeros(self, rows: int, capacity: int, width: int) -> torch.Tensor:
        return torch.zeros(rows, self._shape.heads, capacity, width, **self._options)


class SharedStep(Cache):
    """What transformers sees during one step: a cache of some of the rows."""

    def __init__(
        self,
        layers: Sequence[SharedLayer],
        rows: Sequence[int],
        positions: Sequence[int],
    ) -> None:
        device = layers[0].keys.device
        self.positions = torch.tensor(positions, device=device)
        length = max(positions) + 1
        columns = torch.arange(length, device=device)
        self.mask = columns[None, :] <= self.positions[:, None]
        numbers = torch.tensor(rows, device=device)
        # All rows from the first on need no gathering.
        taken = slice(0, len(rows)) if list(rows) == list(range(len(rows))) else numbers
        super().__init__(
            layers=[
                _StepLayer(layer, taken, (numbers, self.positions), length)
                for layer in layers
            ]
        )


class _StepLayer(CacheLayerMixin):  # type: ignore[no-untyped-call]  # its hook
    def __init__(
        self,
        layer: SharedLayer,
        rows: slice | torch.Tensor,
        where: tuple[torch.Tensor, torch.Tensor],
        length: int,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # not annotated there
        self.is_initialized = True
        self._layer = layer
        self._rows = rows
        self._row_numbers, self._positions = where
        self._length = length

    def lazy_initialization(
        self, key_states: torch.Tensor, value_states: torch.Tensor
    ) -> None:
        """Nothing to do: the tensors are there."""

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *_: Any, **__: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        keys, values = self._layer.tensors()
        keys[self._row_numbers, :, self._positions] = key_states[:, :, 0]
        values[self._row_numbers, :, self._positions] = value_states[:, :, 0]
        return (
            keys[:, :, : self._length][self._rows],
            values[:, :, : self._length][self._rows],
        )

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        return self._length, 0

    def get_seq_length(self) -> int:
        return self._length - 1

    def get_max_length(self) -> int:
        return self._layer.capacity
