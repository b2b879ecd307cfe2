"""Keys and values of all slots, in one tensor a layer."""

import numpy as np
import torch

from inference.models.blueprint import Stack

PAGE = 256  # tokens by which slots grow; what CUDA's paged attention wants


class SlotTensors:
    """Keys and values [slots, capacity, heads, head width] of each layer.

    Slots grow together, to the longest one's rounded length. On the CPU only what was
    written takes memory, as the kernel hands it out page by page.
    """

    def __init__(
        self, stack: Stack, num_slots: int, *, dtype: torch.dtype, device: torch.device
    ) -> None:
        self._shape = (stack.num_kv_heads, stack.head_width)
        self.num_slots = num_slots
        self.dtype, self.device = dtype, device
        self._lengths = [0] * num_slots  # positions that may have been written
        self.keys = [self._zeros(0) for _ in range(stack.num_layers)]
        self.values = [self._zeros(0) for _ in range(stack.num_layers)]

    @property
    def capacity(self) -> int:
        return min(keys.shape[1] for keys in self.values)

    def bytes_of(self, tokens: int) -> int:
        heads, width = self._shape
        per_token = 2 * len(self.keys) * heads * width * self.dtype.itemsize
        return _rounded(tokens) * per_token

    def reserve(self, slot: int, length: int) -> None:
        """Make place. Tensor by tensor, so that little is held twice."""
        if length > self.capacity:
            capacity = self._grown(length)
            for tensors in (self.keys, self.values):
                for layer, tensor in enumerate(tensors):
                    if tensor.shape[1] < capacity:
                        tensors[layer] = self._moved(tensor, capacity)
        self._lengths[slot] = max(self._lengths[slot], length)

    def write(
        self,
        layer: int,
        where: tuple[torch.Tensor, torch.Tensor],
        keys: torch.Tensor,
        values: torch.Tensor,
    ) -> None:
        """[tokens, heads, head width] to slots and positions [tokens]."""
        self.keys[layer].index_put_(where, keys)
        self.values[layer].index_put_(where, values)

    def copy(self, source: int, target: int, length: int) -> None:
        self.reserve(target, length)
        for tensor in (*self.keys, *self.values):
            tensor[target, :length] = tensor[source, :length]
            tensor[target, length : self._lengths[target]] = 0
        self._lengths[target] = length

    def free(self, slot: int) -> None:
        """Nothing of a sequence stays behind: neither its words nor its NaN."""
        for tensor in (*self.keys, *self.values):
            tensor[slot, : self._lengths[slot]] = 0
        self._lengths[slot] = 0
        if self.device.type == "cpu" and not any(self._lengths):
            self.keys = [self._zeros(0) for _ in self.keys]
            self.values = [self._zeros(0) for _ in self.values]

    def _grown(self, length: int) -> int:
        """On CUDA by half more: each growth costs the captured graphs."""
        more = self.capacity * 3 // 2 if self.device.type == "cuda" else 0
        return _rounded(max(length, more))

    def _moved(self, tensor: torch.Tensor, capacity: int) -> torch.Tensor:
        moved = self._zeros(capacity)
        for slot, length in enumerate(self._lengths):
            kept = min(length, tensor.shape[1])
            moved[slot, :kept] = tensor[slot, :kept]
        return moved

    def _zeros(self, capacity: int) -> torch.Tensor:
        shape = (self.num_slots, capacity, *self._shape)
        if self.device.type == "cpu" and self.dtype is torch.float32:
            return torch.from_numpy(np.zeros(shape, np.float32))  # calloc: not touched
        return torch.zeros(shape, dtype=self.dtype, device=self.device)


def _rounded(tokens: int) -> int:
    return -(-tokens // PAGE) * PAGE
