"""A step's tokens as arrays, which the native program reads where they lie."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from inference.models.native.layout import BatchLayout
from inference.models.slot_model import Span

Ints = NDArray[np.int32]


class Batch:
    """The spans' tokens one after the other, as the program reads them."""

    def __init__(self, spans: Sequence[Span], window: int | None = None) -> None:
        self._spans = spans
        ids = [span.token_ids for span in spans]
        self.token = np.array([i for part in ids for i in part], np.int32)
        self.slot = repeated([span.slot for span in spans], ids)
        starts = [range(s.start, s.start + len(s.token_ids)) for s in spans]
        self.position = np.array([p for part in starts for p in part], np.int32)
        self.last = self.position + np.int32(1)
        first = self.last - np.int32(window) if window else np.zeros_like(self.last)
        self.first = np.maximum(first, 0, dtype=np.int32)
        self.source_slot: Ints | None = None
        self.source_length: Ints | None = None
        self.align_row = np.full(self.num_tokens, -1, np.int32)
        self.aligned: list[tuple[int, int]] = []  # span number, source slot
        self.ends = np.cumsum([len(part) for part in ids])
        self.output_rows = self._output_rows()

    @property
    def num_tokens(self) -> int:
        return len(self.token)

    @property
    def num_outputs(self) -> int:
        return len(self.output_rows)

    def _output_rows(self) -> Ints:
        rows: list[int] = []
        for span, end in zip(self._spans, self.ends.tolist(), strict=True):
            count = len(span.token_ids) if span.all_logits else 1
            rows += range(end - count, end)
        return np.array(rows, np.int32)

    def look_everywhere(self) -> None:
        """An encoder's tokens see all of their text."""
        lengths = [len(span.token_ids) for span in self._spans]
        self.last = np.repeat(np.array(lengths, np.int32), lengths)

    def set_sources(self, spans: Sequence[Span], lengths: Ints) -> None:
        slots = [-1 if s.source_slot is None else s.source_slot for s in spans]
        if any(slot < 0 or lengths[slot] == 0 for slot in slots):
            raise ValueError("a span of an encoder-decoder needs an encoded source")
        self.source_slot = repeated(slots, [span.token_ids for span in spans])
        self.source_length = lengths[self.source_slot]

    def find_aligned(self, spans: Sequence[Span]) -> None:
        for number, span in enumerate(spans):
            if span.alignment and span.source_slot is not None:
                self.align_row[self.ends[number] - 1] = len(self.aligned)
                self.aligned.append((number, span.source_slot))

    def layout(self, logits: torch.Tensor | None = None) -> BatchLayout:
        return BatchLayout(
            num_tokens=self.num_tokens,
            num_outputs=self.num_outputs if logits is not None else 0,
            token=self.token.ctypes.data,
            slot=self.slot.ctypes.data,
            position=self.position.ctypes.data,
            first=self.first.ctypes.data,
            last=self.last.ctypes.data,
            source_slot=_address(self.source_slot),
            source_length=_address(self.source_length),
            output_rows=self.output_rows.ctypes.data,
            logits=None if logits is None else logits.data_ptr(),
        )


def _address(values: Ints | None) -> int | None:
    return None if values is None else int(values.ctypes.data)


def repeated(values: Sequence[int], parts: Any) -> Ints:
    """Each value as often as its part has tokens."""
    return np.repeat(np.array(values, np.int32), [len(part) for part in parts])
