"""The grid on which a GGUF file quantised its matrices, kept as it is.

Quantising the decoded weights again would lose a fifth of the quality; carried over,
the file's own codes lose nothing.
"""

from collections.abc import Callable, Mapping

import numpy as np
from gguf import GGMLQuantizationType, ReaderTensor
from numpy.typing import NDArray

GROUP = 32  # inputs that share a scale and a zero
Parts = dict[str, NDArray[np.generic]]
_NIBBLES = GROUP // 2  # bytes of a group's 4-bit codes


def grid_parts(tensor: ReaderTensor) -> Parts:
    """`codes`, `scale` and `zero` of a matrix, where weight = codes * scale + zero.

    codes: uint8 [outputs, inputs] of 8 bits, or of 4 bits [outputs, inputs / 2], the
    even input in the lower half of a byte. scale, zero: fp16 [outputs, inputs / 32].
    Empty if the file does not keep the tensor so, or a zero is beyond fp16.
    """
    read = _READERS.get(tensor.tensor_type)
    if read is None or len(tensor.shape) != 2:
        return {}
    inputs, outputs = (int(size) for size in tensor.shape.tolist())
    blocks = tensor.data.reshape(outputs, inputs // GROUP, -1)
    with np.errstate(over="ignore"):  # looked for below
        codes, scale, zero = read(blocks)
    if not np.isfinite(zero).all():
        return {}
    parts = {"codes": codes.reshape(outputs, -1), "scale": scale, "zero": zero}
    return {name: np.ascontiguousarray(array) for name, array in parts.items()}


Halves = NDArray[np.float16]
Blocks = NDArray[np.uint8]  # [outputs, groups, bytes]
BlockReader = Callable[[Blocks], tuple[NDArray[np.uint8], Halves, Halves]]


def _q4_0(blocks: Blocks) -> tuple[NDArray[np.uint8], Halves, Halves]:
    """Scale, then the codes of (code - 8) * scale."""
    scale = _halves(blocks, 0)
    return _paired(blocks[..., 2:]), scale, scale * np.float16(-8)


def _q4_1(blocks: Blocks) -> tuple[NDArray[np.uint8], Halves, Halves]:
    """Scale, zero, codes."""
    return _paired(blocks[..., 4:]), _halves(blocks, 0), _halves(blocks, 2)


def _q8_0(blocks: Blocks) -> tuple[NDArray[np.uint8], Halves, Halves]:
    """Scale, then signed codes."""
    scale = _halves(blocks, 0)
    # Flipping the highest bit adds 128 to a signed byte; times 128 is exact in fp16.
    return blocks[..., 2:] ^ np.uint8(0x80), scale, scale * np.float16(-128)


_READERS: Mapping[GGMLQuantizationType, BlockReader] = {
    GGMLQuantizationType.Q4_0: _q4_0,
    GGMLQuantizationType.Q4_1: _q4_1,
    GGMLQuantizationType.Q8_0: _q8_0,
}


def _halves(blocks: Blocks, at: int) -> Halves:
    halves: Halves = np.ascontiguousarray(blocks[..., at : at + 2]).view(np.float16)
    return halves[..., 0]


def _paired(packed: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """GGUF pairs input i with i + 16 of its group; we pair neighbours.

    >>> first = np.arange(16, dtype=np.uint8).reshape(1, 1, 16)
    >>> _paired(first | (first << 4))[0, 0, :3]
    array([16, 50, 84], dtype=uint8)
    """
    codes = np.concatenate([packed & np.uint8(0x0F), packed >> np.uint8(4)], axis=-1)
    pairs = codes.reshape(*codes.shape[:-1], _NIBBLES, 2)
    bytes_: NDArray[np.uint8] = pairs[..., 0] | (pairs[..., 1] << np.uint8(4))
    return bytes_
