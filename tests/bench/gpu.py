"""The engine on a GPU: `python -m tests.bench.gpu`. Without CUDA it says so and ends.

Shapes of 1 and 8 billion weights, random, bf16. One stream against the roofline: what
the card's memory allows if a token reads every weight, and what is kept of those before
it, exactly once, at the bandwidth that a plain read reaches. 64 requests of mixed
length, end to end, against transformers' continuous batching on the same card.
"""

import argparse
import math
import time
from collections.abc import Sequence
from pathlib import Path

import torch

from tests.bench.ceilings import shape_read
from tests.bench.machine import about_write
from tests.bench.models import llama_directory
from tests.bench.plan import Plan, plan_make
from tests.bench.prompts import chat_prompts
from tests.bench.report import Row, compared, data_directory, ratio_from, report
from tests.bench.side import Side, sides_closed
from tests.bench.side_by_side import (
    OURS,
    TRANSFORMERS,
    ours_open,
    say,
    taken_in_turns,
    warm_up,
    with_prompt_ids,
)
from tests.bench.work import Task, decode_rate, end_of, prompt_task

ROOFLINE_GOALS = {"1b": 0.55, "8b": 0.75}
REQUESTS = 64
REQUESTS_GOAL = 1.5
LENGTHS = (64, 256, 128, 192)  # of answers, in turn
STREAM_TOKENS = 256
READ_BYTES = 4 * 1024**3
TRIES = 5


def measure(plan: Plan, shape: str, device: str, bandwidth: float) -> list[Row]:
    directory = llama_directory(plan.home / "models", shape)
    with sides_closed() as keep:
        ours = keep(ours_open(plan, str(directory), device=device, max_running=64))
        arguments = (str(directory), str(plan.threads), device, "continuous")
        log = plan.logs / "continuous-gpu.log"
        peer = keep(Side("continuous", TRANSFORMERS, *arguments, log=log))
        tasks = with_prompt_ids(ours, _requests())
        warm_up([ours, peer], tasks)
        return [
            _roofline(plan, ours, directory, shape, bandwidth),
            _mixed(plan, [ours, peer], tasks, shape),
        ]


def _requests() -> list[Task]:
    texts = chat_prompts()
    return [
        prompt_task(texts[number % len(texts)], LENGTHS[number % len(LENGTHS)])
        for number in range(REQUESTS)
    ]


def _roofline(
    plan: Plan, ours: Side, directory: Path, shape: str, bandwidth: float
) -> Row:
    task = prompt_task(chat_prompts()[0], STREAM_TOKENS)
    runs = [ours.run([task]) for _ in range(plan.repetitions)]
    context = len(runs[0][0].prompt_ids) + STREAM_TOKENS / 2
    need = shape_read(directory).need(ours.facts["precision"], rows=1, context=context)
    return compared(
        f"{shape}, 1 stream, roofline of the card's memory",
        [decode_rate(run) for run in runs],
        [bandwidth / need.bytes] * len(runs),
        unit="tokens/s",
        goal=ratio_from(ROOFLINE_GOALS[shape]) if shape in ROOFLINE_GOALS else None,
        binds=f"{need.bytes / 1e9:.2f} GB a token at {bandwidth / 1e9:,.0f} GB/s",
    )


def _mixed(plan: Plan, sides: Sequence[Side], tasks: Sequence[Task], shape: str) -> Row:
    runs = taken_in_turns(sides, tasks, plan.repetitions)
    tokens = sum(task.tokens for task in tasks)
    return compared(
        f"{shape}, {REQUESTS} mixed requests, transformers {sides[1].name}",
        [tokens / end_of(run) for run in runs[OURS]],
        [tokens / end_of(run) for run in runs[sides[1].name]],
        unit="tokens/s",
        goal=ratio_from(REQUESTS_GOAL),
    )


def read_bandwidth(device: str) -> float:
    """Bytes a second of a plain read, the best of some."""
    numbers = torch.ones(READ_BYTES // 4, device=device)
    best = math.inf
    for _ in range(TRIES):
        _synchronize(device)
        began = time.perf_counter()
        numbers.sum()
        _synchronize(device)
        best = min(best, time.perf_counter() - began)
    return READ_BYTES / best


def _synchronize(device: str) -> None:
    if device == "cuda":
        torch.cuda.synchronize()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shapes", nargs="*", default=["1b", "8b"])
    parser.add_argument("--device", default="cuda", help="cpu: to try `tiny` on")
    parser.add_argument("--repetitions", type=int, default=3)
    options = parser.parse_args()
    if options.device == "cuda" and not torch.cuda.is_available():
        say("There is no CUDA device, so the GPU's rows are left out.")
        return
    plan = plan_make(
        data_directory(),
        is_quick=False,
        threads=None,
        repetitions=options.repetitions,
    )
    bandwidth = read_bandwidth(options.device)
    torch.cuda.empty_cache()
    rows = []
    for shape in options.shapes:
        rows += measure(plan, shape, options.device, bandwidth)
    if options.device == "cuda":
        about_write(plan, "about-gpu.json")
        report("gpu", rows, plan.home)
    else:
        report("gpu-trial", rows, plan.home)


if __name__ == "__main__":
    main()
