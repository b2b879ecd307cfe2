"""How long steps take: `steps.py MODEL_DIRECTORY PROGRAM THREADS ROWS STEPS HOME`.

Nothing but the model, native or torch: so many rows write one token each, again and
again. Prints the seconds of each step as JSON. HOME keeps the compiled program.
"""

import json
import sys
import time
from pathlib import Path

import torch

from inference.config import Precision
from inference.models.blueprint import Blueprint
from inference.models.families.read import blueprint_read
from inference.models.native.model import native_model_load
from inference.models.slot_model import SlotModel, Span
from inference.models.torch_model import TorchModel

PROMPT_TOKENS = 64
WARM_UP_STEPS = 3
LEAST_STEPS = WARM_UP_STEPS + 10  # however long they take
MOST_SECONDS = 5.0
FIRST_ID = 100  # any ids will do: a step takes as long for one text as for another


def model_load(
    blueprint: Blueprint, program: str, threads: int, rows: int, home: Path
) -> SlotModel:
    if program == "native":
        return native_model_load(
            blueprint,
            precision=Precision.AUTO,
            num_threads=threads,
            num_slots=rows,
            library_directory=home,
        )
    torch.set_num_threads(threads)
    return TorchModel(blueprint, device=torch.device("cpu"), num_slots=rows)


def steps_measure(model: SlotModel, rows: int, steps: int) -> list[float]:
    prompt = list(range(FIRST_ID, FIRST_ID + PROMPT_TOKENS))
    model.step([Span(slot, 0, prompt) for slot in range(rows)])
    seconds: list[float] = []
    for number in range(steps + WARM_UP_STEPS):
        if sum(seconds) > MOST_SECONDS and len(seconds) > LEAST_STEPS:
            break
        spans = [
            Span(slot, PROMPT_TOKENS + number, [FIRST_ID + slot])
            for slot in range(rows)
        ]
        began = time.perf_counter()
        model.step(spans)
        seconds.append(time.perf_counter() - began)
    return seconds[WARM_UP_STEPS:]


def main() -> None:
    directory, program, threads, rows, steps, home = sys.argv[1:]
    blueprint = blueprint_read(Path(directory))
    assert blueprint is not None, "a family that has no blueprint"
    model = model_load(blueprint, program, int(threads), int(rows), Path(home))
    print(json.dumps(steps_measure(model, int(rows), int(steps))))  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
