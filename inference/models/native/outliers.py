"""Which inputs of a linear stay fp32 where the others become bytes.

In every transformer some channels of the residual stream are far larger than the
others, whatever is read (Dettmers et al. 2022, LLM.int8()). A byte is too coarse for
the neighbours of such a channel. They are found by reading some tokens at load,
always the same ones, so that a model answers the same on every worker.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from inference.models.native.pack import NormedLinear

NUM_EXACT = 16
_NUM_TOKENS = 64


def probe_tokens(vocabulary_size: int) -> list[int]:
    """Any will do: the large channels are large for all."""
    tokens = np.random.default_rng(0).integers(0, vocabulary_size, _NUM_TOKENS)
    return [int(token) for token in tokens]


def outliers_find(
    linears: Sequence[NormedLinear], read: Callable[[], None]
) -> list[NDArray[np.int32]]:
    """For each linear its largest inputs, at most NUM_EXACT, in their order.

    `read` runs the probe, with one thread, so that no note is lost.
    """
    peaks = [np.zeros(linear.layout.inputs, np.float32) for linear in linears]
    for linear, noted in zip(linears, peaks, strict=True):
        linear.layout.peaks = noted.ctypes.data
    read()
    for linear in linears:
        linear.layout.peaks = None
    return [_largest(noted) for noted in peaks]


def _largest(peaks: NDArray[np.float32]) -> NDArray[np.int32]:
    count = min(NUM_EXACT, np.count_nonzero(peaks))
    return np.sort(np.argsort(-peaks, kind="stable")[:count]).astype(np.int32)
