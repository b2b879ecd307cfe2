"""T5's buckets fall where transformers has them, at every distance."""

import numpy as np
import pytest
import torch
from transformers.models.t5.modeling_t5 import T5Attention

from inference.models.blueprint import RelativeBias
from inference.models.relative_bias import bias_by_distance


@pytest.mark.parametrize("is_bidirectional", [True, False])
@pytest.mark.parametrize(
    ("num_buckets", "max_distance"), [(32, 128), (16, 40), (8, 20), (64, 256)]
)
def test_buckets_are_those_of_transformers(
    num_buckets: int, max_distance: int, is_bidirectional: bool
) -> None:
    bias = RelativeBias(num_buckets, max_distance, is_bidirectional)
    numbers = np.arange(num_buckets, dtype=np.float32)[:, None]
    found = bias_by_distance(bias, numbers)[:, 0].astype(int)
    distances = torch.arange(-max_distance - 50, max_distance + 51)
    expected = T5Attention._relative_position_bucket(  # type: ignore[no-untyped-call]  # not annotated there
        distances, is_bidirectional, num_buckets, max_distance
    ).numpy()
    assert np.array_equal(found, expected[50:-50])
    assert set(expected[:50]) == {expected[50]}  # farther ones are as the farthest
    assert set(expected[-50:]) == {expected[-51]}
