"""What a GPU tells the host arrives as it was, whatever its types and shapes."""

import numpy as np
import torch

from inference.engine.host import pack, to_host, unpack

TENSORS = (
    torch.tensor([[1.1, -torch.inf, 3e-45], [torch.nan, 3.4e38, -0.0]]),
    torch.tensor([2**52 + 1, -1, 0]),
    torch.tensor([[0.1], [1e-300]], dtype=torch.float64),
    torch.empty((0, 5)),
)


def test_packed_numbers_come_out_exactly() -> None:
    for array, tensor in zip(unpack(pack(TENSORS), TENSORS), TENSORS, strict=True):
        assert array.dtype == tensor.numpy().dtype
        np.testing.assert_array_equal(array, tensor.numpy())


def test_on_the_cpu_nothing_is_copied() -> None:
    (array,) = to_host(TENSORS[0])
    assert np.shares_memory(array, TENSORS[0].numpy())
