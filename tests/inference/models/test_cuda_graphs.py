"""The buffers of recorded steps, with a recorder that needs no CUDA."""

import logging

import pytest
import torch

from inference.models.pytorch.cuda_graphs import DecodeGraphs, Recording, Run

IDLE = torch.tensor([0, -1])


def double(inputs: torch.Tensor) -> torch.Tensor:
    return inputs.T * 2


class FakeRecorder:
    """Replays by running again into the same output, as a graph does."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.seen: list[list[int]] = []

    def __call__(self, run: Run, inputs: torch.Tensor) -> Recording:
        self.sizes.append(inputs.shape[1])
        outputs = run(inputs).clone()

        def replay() -> None:
            self.seen.append(inputs[1].tolist())
            outputs.copy_(run(inputs))

        return Recording(inputs, outputs, replay)


def step(graphs: DecodeGraphs, rows: int, layout: object = 0) -> torch.Tensor:
    inputs = torch.arange(2 * rows).view(2, rows)
    outputs = graphs.step(inputs, layout)
    assert torch.equal(outputs, double(inputs))
    return outputs


def test_a_step_takes_the_next_larger_bucket() -> None:
    recorder = FakeRecorder()
    graphs = DecodeGraphs(double, IDLE, recorder)
    for rows in (1, 3, 4, 2, 17):
        step(graphs, rows)
    assert recorder.sizes == [1, 4, 2, 32]


def test_rows_without_work_are_idle_ones() -> None:
    recorder = FakeRecorder()
    graphs = DecodeGraphs(double, IDLE, recorder)
    step(graphs, 4)
    step(graphs, 3)
    assert recorder.seen == [[4, 5, 6, 7], [3, 4, 5, -1]]


def test_a_result_outlives_the_next_step() -> None:
    graphs = DecodeGraphs(double, IDLE, FakeRecorder())
    first = step(graphs, 2)
    kept = first.clone()
    graphs.step(torch.full((2, 2), 9), 0)
    assert torch.equal(first, kept)


def test_tensors_that_moved_are_recorded_anew() -> None:
    recorder = FakeRecorder()
    graphs = DecodeGraphs(double, IDLE, recorder)
    for layout in ([256], [256], [512]):
        step(graphs, 2, layout)
    assert recorder.sizes == [2, 2]


def test_more_rows_than_any_bucket_run_unrecorded() -> None:
    recorder = FakeRecorder()
    step(DecodeGraphs(double, IDLE, recorder), 65)
    assert recorder.sizes == []


def test_where_recording_fails_steps_run_unrecorded_and_it_is_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(run: Run, inputs: torch.Tensor) -> Recording:
        raise RuntimeError("no graphs here")

    graphs = DecodeGraphs(double, IDLE, fail)
    with caplog.at_level(logging.WARNING):
        for rows in (1, 2, 3):
            step(graphs, rows)
    assert [record.message for record in caplog.records] == [
        "a decode step cannot be recorded"
    ]
