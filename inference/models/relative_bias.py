"""T5's attention bias (Raffel et al. 2020), looked up by distance."""

import math

import numpy as np
from numpy.typing import NDArray

from inference.models.blueprint import Floats, RelativeBias


def bias_by_distance(bias: RelativeBias, weights: Floats) -> Floats:
    """[2 * max_distance + 1, heads]: row `max_distance + key - query` (positions).

    Farther keys have the bias of the last row on their side. `weights` are
    [buckets, heads]. Computed in fp32, step by step as transformers does: a distance on
    the edge of two buckets must fall on the same side.
    """
    distances = np.arange(-bias.max_distance, bias.max_distance + 1)
    return weights[_buckets(bias, distances)]


def _buckets(bias: RelativeBias, distances: NDArray[np.int64]) -> NDArray[np.int64]:
    buckets = bias.num_buckets
    first = np.zeros_like(distances)
    if bias.is_bidirectional:
        buckets //= 2
        first[distances > 0] = buckets
        lengths = np.abs(distances)
    else:
        lengths = np.maximum(-distances, 0)
    exact = buckets // 2  # shorter ones have a bucket each
    ratio = np.maximum(lengths, 1).astype(np.float32) / np.float32(exact)
    logarithm = np.log(ratio) / np.float32(math.log(bias.max_distance / exact))
    coarse = exact + (logarithm * np.float32(buckets - exact)).astype(np.int64)
    coarse = np.minimum(coarse, buckets - 1)
    return first + np.where(lengths < exact, lengths, coarse)
