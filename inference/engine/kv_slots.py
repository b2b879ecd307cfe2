"""Keys and values of all running sequences, side by side in one tensor per layer.

Row r of every tensor belongs to the r-th running sequence, so one forward pass serves
them all without gathering anything. A sequence joins by copying what its prefill
read, and leaves by the last row taking its place.
"""

from collections.abc import Sequence
from typing import Any

import torch
from transformers import Cache, DynamicCache
from transformers.cache_utils import CacheLayerMixin

from inference.models.causal_lm import LayerShape

_LENGTH_STEP = 256  # tokens by which the tensors grow


def _tokens_rounded(length: int) -> int:
    return -(-length // _LENGTH_STEP) * _LENGTH_STEP


def _rows_rounded(rows: int) -> int:
    return 1 << (rows - 1).bit_length() if rows else 0


class KvSlots:
    """Owns the tensors; `num_rows` of them are in use, the first ones."""

    def __init__(
        self, shapes: Sequence[LayerShape], dtype: torch.dtype, device: torch.device
    ) -> None:
        self._layers = [SlotLayer(shape, dtype, device) for shape in shapes]
        widths = sum(s.heads * (s.key_width + s.value_width) for s in shapes)
        self._bytes_per_token = widths * dtype.itemsize
        self._lengths: list[int] = []  # tokens in each row

    @property
    def num_rows(self) -> int:
        return len(self._lengths)

    def bytes_needed(self, lengths: Sequence[int]) -> int:
        """Memory for rows of these lengths."""
        if not lengths:
            return 0
        tokens = _rows_rounded(len(lengths)) * _tokens_rounded(max(lengths))
        return tokens * self._bytes_per_token

    def join(self, cache: DynamicCache) -> int:
        """Copy one sequence in; its row. A failure leaves the others as they were."""
        length = int(cache.get_seq_length())
        row = self.num_rows
        self._grow(row + 1, length + 1)
        theirs: Any  # DynamicLayer, whose tensors transformers types as optional
        for ours, theirs in zip(self._layers, cache.layers, strict=True):
            ours.write_row(row, theirs.keys, theirs.values)
        self._lengths.append(length)
        return row

    def leave(self, row: int) -> None:
        """Wipe a row; the last row, if another, moves into its place."""
        last = self.num_rows - 1
        for layer in self._layers:
            layer.move_row(last, row)
        self._lengths[row] = self._lengths[last]
        self._lengths.pop()
        if not self._lengths:
            for layer in self._layers:
                layer.resize(0, 0, kept_rows=0)  # an idle engine holds no memory

    def step(self, first: int, last: int) -> "SlotStep":
        """One token for each of the rows `first` up to, without, `last`."""
        lengths = self._lengths[first:last]
        self._grow(self.num_rows, max(lengths) + 1)
        return SlotStep(self._layers, first, lengths)

    def stepped(self, first: int, last: int) -> None:
        """The step's tokens are in; before this, a step can be repeated."""
        for row in range(first, last):
            self._lengths[row] += 1

    def clear(self) -> None:
        self._lengths = []
        for layer in self._layers:
            layer.resize(0, 0, kept_rows=0)

    def _grow(self, rows: int, length: int) -> None:
        """Make place. Layer by layer, so that little is held twice."""
        for layer in self._layers:
            if rows > layer.rows or length > layer.capacity:
                longest = max([length, *self._lengths])
                layer.resize(
                    _rows_rounded(max(rows, self.num_rows)),
                    _tokens_rounded(longest),
                    kept_rows=self.num_rows,
                )


class SlotLayer:
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


class SlotStep(Cache):
    """What transformers sees during one step: a cache of some of the rows."""

    def __init__(
        self, layers: Sequence[SlotLayer], first: int, lengths: Sequence[int]
    ) -> None:
        device = layers[0].keys.device
        self.positions = torch.tensor(lengths, device=device)
        length = max(lengths) + 1
        columns = torch.arange(length, device=device)
        self.mask = columns[None, :] <= self.positions[:, None]
        rows = slice(first, first + len(lengths))
        row_numbers = torch.arange(rows.start, rows.stop, device=device)
        super().__init__(
            layers=[
                _StepLayer(layer, rows, row_numbers, self.positions, length)
                for layer in layers
            ]
        )


class _StepLayer(CacheLayerMixin):  # type: ignore[no-untyped-call]  # its hook
    def __init__(
        self,
        layer: SlotLayer,
        rows: slice,
        row_numbers: torch.Tensor,
        positions: torch.Tensor,
        length: int,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # not annotated there
        self.is_initialized = True
        self._layer = layer
        self._rows = rows
        self._row_numbers = row_numbers
        self._positions = positions
        self._length = length

    def lazy_initialization(
        self, key_states: torch.Tensor, value_states: torch.Tensor
    ) -> None:
        """Nothing to do: the tensors are there."""

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *_: Any, **__: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        keys, values = self._layer.keys, self._layer.values
        keys[self._row_numbers, :, self._positions] = key_states[:, :, 0]
        values[self._row_numbers, :, self._positions] = value_states[:, :, 0]
        return (
            keys[self._rows, :, : self._length],
            values[self._rows, :, : self._length],
        )

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        return self._length, 0

    def get_seq_length(self) -> int:
        return self._length - 1

    def get_max_length(self) -> int:
        return self._layer.capacity
