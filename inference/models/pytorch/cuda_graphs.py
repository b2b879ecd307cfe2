"""Decode steps recorded once and replayed: no Python between a step's kernels."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import torch

log = logging.getLogger(__name__)

BUCKETS = (1, 2, 4, 8, 16, 32, 64)  # rows; a step takes the next larger one
Run = Callable[[torch.Tensor], torch.Tensor]


@dataclass(frozen=True, slots=True)
class Recording:
    """Reads the input and writes the output tensor that it was made with."""

    inputs: torch.Tensor
    outputs: torch.Tensor
    replay: Callable[[], None]


Record = Callable[[Run, torch.Tensor], Recording]


def cuda_record(run: Run, inputs: torch.Tensor) -> Recording:
    """Warms up on a side stream, as recording demands, then records."""
    stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]  # not annotated there
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(2):
            run(inputs)
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        outputs = run(inputs)
    return Recording(inputs, outputs, graph.replay)


class DecodeGraphs:
    """Recordings of `run` for batches of each bucket.

    `run` takes int64 [fields, rows] and answers [rows, ...]. Rows that fill a bucket up
    have the fields of `idle`. Where recording fails once, steps run unrecorded.
    """

    def __init__(self, run: Run, idle: torch.Tensor, record: Record) -> None:
        """idle: [fields], on the device of all."""
        self._run, self._idle, self._record = run, idle, record
        self._recordings: dict[int, Recording] = {}
        self._layout: object = None
        self._is_broken = False

    def step(self, inputs: torch.Tensor, layout: object) -> torch.Tensor:
        """`layout` must differ when tensors that `run` uses have moved."""
        rows = inputs.shape[1]
        bucket = next((size for size in BUCKETS if size >= rows), None)
        if bucket is None or self._is_broken:
            return self._run(inputs)
        if layout != self._layout:
            self._recordings.clear()
            self._layout = layout
        recording = self._recording(bucket)
        if recording is None:
            return self._run(inputs)
        recording.inputs[:, :rows].copy_(inputs, non_blocking=True)
        recording.inputs[:, rows:] = self._idle[:, None]
        recording.replay()
        return recording.outputs[:rows].clone()  # the next step writes there again

    def _recording(self, bucket: int) -> Recording | None:
        if bucket not in self._recordings:
            inputs = self._idle[:, None].repeat(1, bucket)
            try:
                self._recordings[bucket] = self._record(self._run, inputs)
            except Exception:  # drivers and kernels fail in many ways
                log.warning("a decode step cannot be recorded", exc_info=True)
                self._is_broken = True
        return self._recordings.get(bucket)
