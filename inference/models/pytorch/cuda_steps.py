"""How CUDA runs a step: the paged kernel, and recordings of the decode steps."""

from collections.abc import Sequence

import torch

from inference.models.blueprint import Stack
from inference.models.pytorch.cuda_graphs import DecodeGraphs, Record
from inference.models.pytorch.decoder import Looks, TorchDecoder
from inference.models.pytorch.encoder import TorchSources
from inference.models.pytorch.packed_step import PackedStep
from inference.models.pytorch.paged_attention import (
    Kernel,
    PagedLook,
    Rows,
    causal_window,
    decode_rows,
    mixed_rows,
    source_rows,
)
from inference.models.slot_model import Span


class CudaSteps:
    """Not for stacks with a bias by distance, which the kernel does not know."""

    def __init__(
        self,
        stack: Stack,
        decoder: TorchDecoder,
        sources: TorchSources | None,
        *,
        record: Record,
        kernel: Kernel,
    ) -> None:
        self._stack, self._decoder, self._sources = stack, decoder, sources
        self._device, self._kernel = decoder.slots.device, kernel
        # Rows that fill up a recording write to the last slot, which nobody else has.
        spare = decoder.slots.num_slots - 1
        idle = torch.tensor([0, 0, spare, spare], device=self._device)
        self._graphs = DecodeGraphs(self._decode, idle, record)

    def looks(self, step: PackedStep) -> Looks:
        """What a step of any spans looks at."""
        rows = mixed_rows(step, self._device)
        slots = [span.source_slot or 0 for span in step.spans]
        return self._looks(rows, torch.tensor(slots, device=self._device))

    def decode(self, spans: Sequence[Span]) -> torch.Tensor:
        """Logits of spans of one token each."""
        fields = [
            [span.token_ids[0] for span in spans],
            [span.start for span in spans],
            [span.slot for span in spans],
            [span.source_slot or 0 for span in spans],
        ]
        inputs = torch.tensor(fields, pin_memory=self._device.type == "cuda")
        capacities = [self._decoder.slots.capacity]
        if self._sources is not None:
            capacities.append(self._sources.slots.capacity)
        return self._graphs.step(inputs.to(self._device, non_blocking=True), capacities)

    def _decode(self, inputs: torch.Tensor) -> torch.Tensor:
        token_ids, positions, slots, source_slots = inputs
        looks = self._looks(decode_rows(slots, positions), source_slots)
        return self._decoder.run(token_ids, positions, slots, looks)

    def _looks(self, rows: Rows, source_slots: torch.Tensor) -> Looks:
        kernel, scale = self._kernel, self._stack.attention_scale
        window = causal_window(self._stack)
        slots = self._decoder.slots
        own = PagedLook(slots, rows, kernel=kernel, scale=scale, window=window)
        if self._sources is None:
            return Looks(own)
        lengths = self._sources.length_tensor
        rows = source_rows(rows, source_slots, lengths)
        slots = self._sources.slots
        return Looks(own, PagedLook(slots, rows, kernel=kernel, scale=scale))
