"""transformers as its documentation shows it, fp32 on a CPU and bf16 on CUDA.

Arguments: a model directory, the number of threads, the device, and how:
one-by-one   `generate` for each task in turn
padded       one `generate` for all tasks, padded on the left, as long as the longest
continuous   its continuous batching, each request with its own length
"""

import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import torch
from transformers import (
    AutoModelForCausalLM,
    ContinuousBatchingConfig,
    GenerationConfig,
)
from transformers.generation.streamers import BaseStreamer

from tests.bench.side import serve
from tests.bench.work import Task, Trace

SAMPLED = {"do_sample": True, "temperature": 0.7, "top_p": 0.95, "top_k": 50}
CONFIG: Any = GenerationConfig  # untyped in transformers
SEED = 7
WAIT_SECONDS = 600
MEMORY_SHARE = 0.5  # of what is free: the other side is there too


class Clock(BaseStreamer):
    """Notes when each row of new tokens came; the first call brings the prompts."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self._calls = 0

    def put(self, value: Any) -> None:
        self._calls += 1
        if self._calls > 1:
            self.times.append(time.perf_counter())

    def end(self) -> None:
        pass


class Generate:
    def __init__(self, directory: str, device: str) -> None:
        dtype = torch.float32 if device == "cpu" else torch.bfloat16
        self._model = _model(directory, dtype).to(device)
        self._device = device

    def one_by_one(self, tasks: Sequence[Task], sampled: bool) -> list[Trace]:
        torch.manual_seed(SEED)
        began = time.perf_counter()
        return [self._padded([task], sampled, began)[0] for task in tasks]

    def padded(self, tasks: Sequence[Task], sampled: bool) -> list[Trace]:
        """Everybody's answer is as long as the longest; what is too much is cut."""
        torch.manual_seed(SEED)
        return self._padded(tasks, sampled, time.perf_counter())

    def _padded(
        self, tasks: Sequence[Task], sampled: bool, began: float
    ) -> list[Trace]:
        width = max(len(task.token_ids) for task in tasks)
        ids = torch.zeros((len(tasks), width), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, task in enumerate(tasks):
            ids[row, width - len(task.token_ids) :] = torch.tensor(task.token_ids)
            mask[row, width - len(task.token_ids) :] = 1
        tokens = max(task.tokens for task in tasks)
        clock = Clock()
        output = self._model.generate(
            ids.to(self._device),
            attention_mask=mask.to(self._device),
            min_new_tokens=tokens,
            max_new_tokens=tokens,
            pad_token_id=0,
            streamer=clock,
            **(SAMPLED if sampled else {"do_sample": False}),
        )
        times = [moment - began for moment in clock.times]
        return [
            Trace(tuple(times[: task.tokens]), tuple(row[width:][: task.tokens]))
            for task, row in zip(tasks, output.tolist(), strict=True)
        ]

    def continuous(self, tasks: Sequence[Task], sampled: bool) -> list[Trace]:
        """The manager is started anew for each run; that is not counted."""
        config = CONFIG(
            eos_token_id=-1,  # none: every answer gets its full length
            pad_token_id=0,
            max_new_tokens=max(task.tokens for task in tasks),
            **(SAMPLED if sampled else {"do_sample": False}),
        )
        manager = self._model.continuous_batching_context_manager(
            generation_config=config,
            continuous_batching_config=ContinuousBatchingConfig(
                max_memory_percent=MEMORY_SHARE
            ),
            block=True,
            timeout=10,
        )
        with manager as batching:
            began = time.perf_counter()
            for number, task in enumerate(tasks):
                batching.add_request(
                    list(task.token_ids),
                    request_id=str(number),
                    max_new_tokens=task.tokens,
                    record_timestamps=True,
                    eos_token_id=-1,
                )
            results = _collect(batching, len(tasks))
        return [
            Trace(
                tuple(moment - began for moment in results[str(number)].timestamps),
                tuple(results[str(number)].generated_tokens),
            )
            for number in range(len(tasks))
        ]


def _model(directory: str, dtype: torch.dtype) -> Any:
    """It comes ready to be asked: dropout is off. Its types fit no plain call."""
    return AutoModelForCausalLM.from_pretrained(directory, dtype=dtype)


def _collect(batching: Any, count: int) -> dict[str, Any]:
    results: dict[str, Any] = {}
    deadline = time.monotonic() + WAIT_SECONDS
    while len(results) < count and time.monotonic() < deadline:
        result = batching.get_result(timeout=1)
        if result is not None and result.is_finished():
            if result.error:
                raise RuntimeError(result.error)
            results[result.request_id] = result
    return results


def main() -> None:
    directory, threads, device, how = sys.argv[1:]
    torch.set_num_threads(int(threads))
    side = Generate(directory, device)
    runs: dict[str, Callable[[Sequence[Task], bool], list[Trace]]] = {
        "one-by-one": side.one_by_one,
        "padded": side.padded,
        "continuous": side.continuous,
    }
    serve(runs[how])


if __name__ == "__main__":
    main()
