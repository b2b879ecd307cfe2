"""Attention on CUDA: one call of torch's flash kernel for all rows of a step.

The kernel takes keys in pages, and a table that says which pages a row has; a slot's
pages lie in a row, so the table is arithmetic and nothing is gathered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from inference.models.blueprint import Stack
from inference.models.pytorch.packed_step import PackedStep
from inference.models.pytorch.slots import PAGE, SlotTensors

Kernel = Callable[..., Any]  # torch.nn.attention.varlen.varlen_attn


@dataclass(frozen=True, slots=True)
class Rows:
    """The queries of a step: row r has the tokens from starts[r] to starts[r + 1]."""

    starts: torch.Tensor  # int32 [rows + 1]
    longest: int  # row, in tokens
    slots: torch.Tensor  # int64 [rows]
    lengths: torch.Tensor  # int32 [rows]: positions in the slot, new ones included


def decode_rows(slots: torch.Tensor, positions: torch.Tensor) -> Rows:
    """One token a row; made of tensors alone, so that it can be recorded."""
    return Rows(
        starts=torch.arange(len(slots) + 1, dtype=torch.int32, device=slots.device),
        longest=1,
        slots=slots,
        lengths=(positions + 1).int(),
    )


def mixed_rows(step: PackedStep, device: torch.device) -> Rows:
    ends = [span.start + len(span.token_ids) for span in step.spans]
    starts, slots = list(step.firsts), [span.slot for span in step.spans]
    return Rows(
        starts=torch.tensor(starts, dtype=torch.int32, device=device),
        longest=max(len(span.token_ids) for span in step.spans),
        slots=torch.tensor(slots, device=device),
        lengths=torch.tensor(ends, dtype=torch.int32, device=device),
    )


class PagedLook:
    """Queries of one step on the slots of a decoder, or of its sources."""

    def __init__(
        self,
        slots: SlotTensors,
        rows: Rows,
        *,
        kernel: Kernel,
        scale: float,
        window: tuple[int, int] = (-1, -1),
    ) -> None:
        """window: how far a token looks back and ahead; -1 is without end."""
        self._slots, self._rows, self._kernel = slots, rows, kernel
        self._scale, self._window = scale, window
        pages = slots.capacity // PAGE
        numbers = torch.arange(pages, device=rows.slots.device)
        self._table = (rows.slots[:, None] * pages + numbers).int()

    def look(self, layer: int, query: torch.Tensor) -> torch.Tensor:
        keys, values = self._slots.keys[layer], self._slots.values[layer]
        seen: torch.Tensor = self._kernel(
            query,
            keys.view(-1, PAGE, *keys.shape[2:]),
            values.view(-1, PAGE, *values.shape[2:]),
            self._rows.starts,
            None,
            self._rows.longest,
            self._slots.capacity,
            scale=self._scale,
            window_size=self._window,
            enable_gqa=True,
            seqused_k=self._rows.lengths,
            block_table=self._table,
        )
        return seen


def causal_window(stack: Stack) -> tuple[int, int]:
    return (-1, 0) if stack.window is None else (stack.window - 1, 0)


def source_rows(
    rows: Rows, source_slots: torch.Tensor, slot_lengths: torch.Tensor
) -> Rows:
    """The same queries on their sources; `slot_lengths` are of all source slots."""
    return Rows(rows.starts, rows.longest, source_slots, slot_lengths[source_slots])
