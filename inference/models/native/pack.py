"""A blueprint's tensors in the order in which the native program reads them."""

import ctypes
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ctypes import CDLL, byref, c_void_p
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.config import Precision
from inference.models.blueprint import (
    Activation,
    Blueprint,
    Floats,
    Norm,
    Stack,
)
from inference.models.native.layout import (
    AttentionLayout,
    LayerLayout,
    LinearLayout,
    NormLayout,
    StackLayout,
)
from inference.models.native.regions import Arena
from inference.models.relative_bias import bias_by_distance
from inference.models.tensors import pages_release

_GROUP = 32
_PAGE = 64
_ACTIVATIONS = (
    Activation.SILU,
    Activation.RELU,
    Activation.GELU,
    Activation.GELU_TANH,
)
FLOAT_BITS = 32


def padded(size: int) -> int:
    return -(-size // _GROUP) * _GROUP


@dataclass(frozen=True, slots=True)
class NormedLinear:
    """A linear whose input comes from a norm, and the matrices that it is made of."""

    matrices: Sequence[str]
    layout: LinearLayout


class Packer:
    """Makes the structures; keeps every array that they point to.

    AUTO keeps matrices as the file quantised them, and makes 8 bits of others.
    """

    def __init__(
        self, library: CDLL, blueprint: Blueprint, precision: Precision
    ) -> None:
        self._library = library
        self._blueprint = blueprint
        self._bits = FLOAT_BITS if precision is Precision.FP32 else 8
        self._keeps_grids = precision is Precision.AUTO
        self.least_bits = self._bits  # of any matrix
        self._arena = Arena(library)
        self._kept: list[object] = []
        self._jobs: list[Callable[[], None]] = []
        self.normed: list[NormedLinear] = []

    def stack(self, name: str, stack: Stack) -> StackLayout:
        layers = (LayerLayout * stack.num_layers)()
        for number in range(stack.num_layers):
            layers[number] = self._layer(f"{name}.{number}", stack)
            self._note_normed(layers[number], f"{name}.{number}", stack)
        rope = stack.rope_frequencies
        layout = StackLayout(
            num_layers=stack.num_layers,
            width=stack.width,
            num_heads=stack.num_heads,
            num_kv_heads=stack.num_kv_heads,
            head_width=stack.head_width,
            ffn_width=stack.ffn_width,
            is_layer_norm=stack.norm is Norm.LAYER,
            norm_first=stack.norm_first,
            activation=_ACTIVATIONS.index(stack.activation),
            is_gated=stack.is_gated,
            has_cross=stack.has_cross,
            has_byte_cache=self._bits != FLOAT_BITS,
            norm_eps=stack.norm_eps,
            attention_scale=stack.attention_scale,
            embedding_scale=stack.embedding_scale,
            rope_scale=stack.rope_scale,
            embedding=self._address(self._blueprint.tensors[f"{name}.embedding"]),
            positions=self._optional(f"{name}.positions"),
            rope_frequencies=None if rope is None else self._address(rope),
            layers=layers,
            final_norm=self._final_norm(name),
        )
        self._set_bias(layout, name, stack)
        self._kept.append(layers)
        return layout

    def head(self) -> LinearLayout:
        head = self._linear("head")
        self.normed.append(NormedLinear(["head.weight"], head))
        return head

    def pack(self, num_threads: int) -> None:
        """Do the work; the structures are ready when this returns."""
        with ThreadPoolExecutor(num_threads) as pool:  # C lets other threads run
            for done in [pool.submit(job) for job in self._jobs]:
                done.result()
        self._jobs.clear()
        self._blueprint = replace(self._blueprint, grids={})  # it may leave memory

    def _note_normed(self, layer: LayerLayout, name: str, stack: Stack) -> None:
        """Whose input comes from a norm."""

        def note(layout: LinearLayout, *parts: str) -> None:
            matrices = [f"{name}.{part}.weight" for part in parts]
            self.normed.append(NormedLinear(matrices, layout))

        note(layer.self_.input, "self.query", "self.key", "self.value")
        note(layer.up, *(("ffn.gate", "ffn.up") if stack.is_gated else ("ffn.up",)))
        if stack.has_cross:
            note(layer.cross.input, "cross.query")

    def exact_keep(self, normed: NormedLinear, inputs: NDArray[np.int32]) -> None:
        """Give these inputs columns of their own."""
        layout = normed.layout
        layout.exact_inputs = self._address(inputs)
        layout.exact_weights = self._arena.take(layout.outputs * len(inputs) * 2)
        layout.num_exact = len(inputs)
        first = 0
        for matrix in normed.matrices:
            rows = _floats(self._blueprint.tensors[matrix])
            for number, column in enumerate(inputs.tolist()):
                self._library.pack_exact(
                    byref(layout), first, _pointer(rows), *rows.shape, column, number
                )
            first += rows.shape[0]
            pages_release(rows)

    def _layer(self, name: str, stack: Stack) -> LayerLayout:
        ffn = ("gate", "up") if stack.is_gated else ("up",)
        layer = LayerLayout(
            self_=AttentionLayout(
                norm=self._norm(f"{name}.self.norm"),
                query_norm=self._norm(f"{name}.self.query_norm"),
                key_norm=self._norm(f"{name}.self.key_norm"),
                input=self._linear(
                    *(f"{name}.self.{part}" for part in ("query", "key", "value"))
                ),
                output=self._linear(f"{name}.self.output", has_offsets=True),
            ),
            ffn_norm=self._norm(f"{name}.ffn.norm"),
            up=self._linear(*(f"{name}.ffn.{part}" for part in ffn)),
            down=self._linear(f"{name}.ffn.down", has_offsets=True),
        )
        if stack.has_cross:
            layer.cross = AttentionLayout(
                norm=self._norm(f"{name}.cross.norm"),
                input=self._linear(f"{name}.cross.query"),
                key_value=self._linear(
                    f"{name}.cross.key", f"{name}.cross.value", has_offsets=True
                ),
                output=self._linear(f"{name}.cross.output", has_offsets=True),
            )
        return layer

    def _linear(self, *names: str, has_offsets: bool = False) -> LinearLayout:
        """Matrices that read the same input, their outputs one after the other.

        Those whose input comes from a norm keep some of it exact; the others round from
        the smallest to the largest of each group.
        """
        tensors = self._blueprint.tensors
        matrices = [f"{name}.weight" for name in names]
        bits = self._bits_of(matrices)
        shapes = [tensors[matrix].shape for matrix in matrices]
        outputs, inputs = padded(sum(s[0] for s in shapes)), padded(shapes[0][1])
        layout = LinearLayout(
            outputs=outputs, inputs=inputs, bits=bits, has_offsets=has_offsets
        )
        layout.codes = self._arena.take(outputs * inputs * bits // 8)
        if bits != FLOAT_BITS:
            layout.scale = self._arena.take(outputs * inputs // _GROUP * 2)
            layout.zero = self._arena.take(outputs * inputs // _GROUP * 2)
        layout.bias = self._biases(names, [s[0] for s in shapes], outputs)
        first = 0
        for matrix, shape in zip(matrices, shapes, strict=True):
            self._jobs.append(self._job(layout, matrix, first))
            first += shape[0]
        return layout

    def _bits_of(self, matrices: Sequence[str]) -> int:
        """4 or 8 where the file has all of them so; else they are quantised anew."""
        grids = self._blueprint.grids
        found = {grids[m].bits if m in grids else None for m in matrices}
        if not self._keeps_grids or len(found) > 1 or found == {None}:
            return self._bits
        bits = found.pop() or self._bits
        self.least_bits = min(self.least_bits, bits)
        return bits

    def _job(self, layout: LinearLayout, matrix: str, first: int) -> Callable[[], None]:
        """Reads the matrix when it runs, so that few of them are in memory at once."""
        is_float = layout.bits == FLOAT_BITS
        grids = self._blueprint.grids
        is_grid = matrix in grids and grids[matrix].bits == layout.bits

        def pack_grid() -> None:
            grid = self._blueprint.grids[matrix]
            kept = [
                np.ascontiguousarray(a) for a in (grid.codes, grid.scale, grid.zero)
            ]
            shape = self._blueprint.tensors[matrix].shape
            self._library.pack_grid(byref(layout), first, *map(_pointer, kept), *shape)
            for array in kept:
                pages_release(array)

        def pack_floats() -> None:
            rows = _floats(self._blueprint.tensors[matrix])
            pack = self._library.pack_float if is_float else self._library.pack_quantise
            pack(byref(layout), first, _pointer(rows), *rows.shape)
            pages_release(rows)

        return pack_grid if is_grid else pack_floats

    def _biases(
        self, names: Sequence[str], sizes: Sequence[int], outputs: int
    ) -> int | None:
        tensors = self._blueprint.tensors
        if not any(f"{name}.bias" in tensors for name in names):
            return None
        bias = np.zeros(outputs, np.float32)
        first = 0
        for name, size in zip(names, sizes, strict=True):
            if f"{name}.bias" in tensors:
                bias[first : first + size] = tensors[f"{name}.bias"]
            first += size
        return self._address(bias)

    def _norm(self, name: str) -> NormLayout:
        return NormLayout(
            weight=self._optional(f"{name}.weight"), bias=self._optional(f"{name}.bias")
        )

    def _final_norm(self, stack_name: str) -> NormLayout:
        """The decoder's takes the scale of the logits with it."""
        norm = self._norm(f"{stack_name}.norm")
        scale = self._blueprint.logits_scale
        if stack_name == "decoder" and scale != 1.0:
            weight = self._blueprint.tensors[f"{stack_name}.norm.weight"]
            norm.weight = self._address((weight * np.float32(scale)).astype(np.float32))
        return norm

    def _set_bias(self, layout: StackLayout, name: str, stack: Stack) -> None:
        if stack.relative_bias is None:
            return
        length = max(self._blueprint.context_length, self._blueprint.source_length)
        length = -(-length // _PAGE) * _PAGE + _PAGE  # a page is read to its end
        known = bias_by_distance(
            stack.relative_bias, self._blueprint.tensors[f"{name}.relative_bias"]
        )
        farthest = stack.relative_bias.max_distance
        rows = np.clip(np.arange(-length, length), -farthest, farthest) + farthest
        table = np.ascontiguousarray(known[rows].T)
        layout.bias_by_distance = self._address(table)
        layout.bias_stride = table.shape[1]
        layout.bias_origin = length

    def _optional(self, name: str) -> int | None:
        tensors = self._blueprint.tensors
        return self._address(tensors[name]) if name in tensors else None

    def _address(self, values: NDArray[Any]) -> int:
        values = np.ascontiguousarray(values)
        assert values.dtype in (np.float32, np.int32)  # as the program reads them
        self._kept.append(values)
        return int(values.ctypes.data)


def _floats(values: Floats) -> Floats:
    return np.ascontiguousarray(values, dtype=np.float32)


def _pointer(values: NDArray[Any]) -> c_void_p:
    return ctypes.c_void_p(values.ctypes.data)
