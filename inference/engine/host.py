"""From the device to the host, all at once."""

from collections.abc import Sequence
from typing import Any

import torch
from numpy.typing import NDArray


def to_host(*tensors: torch.Tensor) -> list[NDArray[Any]]:
    """The same numbers as arrays. From another device they take one transfer.

    For fp32, fp64 and whole numbers below 2 ** 53.
    """
    if all(tensor.device.type == "cpu" for tensor in tensors):
        return [tensor.numpy() for tensor in tensors]
    return unpack(pack(tensors).cpu(), tensors)


def pack(tensors: Sequence[torch.Tensor]) -> torch.Tensor:
    """All numbers behind one another; a double holds each of them exactly."""
    return torch.cat([tensor.double().flatten() for tensor in tensors])


def unpack(packed: torch.Tensor, tensors: Sequence[torch.Tensor]) -> list[NDArray[Any]]:
    """In the shapes and the types of those that were packed."""
    parts = torch.split(packed, [tensor.numel() for tensor in tensors])
    return [
        part.view(tensor.shape).to(tensor.dtype).numpy()
        for part, tensor in zip(parts, tensors, strict=True)
    ]
