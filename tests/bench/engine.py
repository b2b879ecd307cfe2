"""Our engine against transformers' own `generate`: `python -m tests.bench.engine`.

The same model, threads and prompts, greedy, at most TOKENS new tokens each. Ours
gets all prompts of a row at once; `generate` answers them one after the other, which is
what a worker without batching would do. The two take turns, so that a noisy machine
troubles both, and each pair of turns gives one ratio.
"""

import argparse
import time
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM

from inference.models.install import model_install
from tests.bench.report import Row, compared, report
from tests.inference.engine_harness import Harness, harness_make, request_make
from tests.product import REPOSITORY

TOKENS = 64
PROMPTS = (
    "What is the capital of France?",
    "Name three fruits.",
    "Why is the sky blue?",
    "Write two sentences about the sea.",
    "What does a lighthouse do?",
    "Explain what a prime number is.",
    "Describe a cat to a child.",
    "How is bread made?",
)


class Peer:
    """transformers, used as its documentation shows."""

    def __init__(self, directory: Path) -> None:
        # It comes ready to be asked: dropout is off. Its types fit no plain call.
        self._model: Any = AutoModelForCausalLM.from_pretrained(
            directory, dtype=torch.float32
        )

    def tokens_per_second(self, prompts: list[tuple[int, ...]]) -> float:
        began = time.perf_counter()
        count = sum(self._answer(prompt) for prompt in prompts)
        return count / (time.perf_counter() - began)

    def _answer(self, prompt: tuple[int, ...]) -> int:
        ids = torch.tensor([prompt])
        with torch.inference_mode():
            output = self._model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                max_new_tokens=TOKENS,
                do_sample=False,
            )
        return int(output.shape[1]) - len(prompt)


def ours_tokens_per_second(harness: Harness, texts: tuple[str, ...]) -> float:
    requests = [request_make(text, max_tokens=TOKENS) for text in texts]
    began = time.perf_counter()
    answers = harness.ask(*requests)
    seconds = time.perf_counter() - began
    return sum(len(answer.token_ids) for answer in answers) / seconds


def prompt_ids(harness: Harness) -> list[tuple[int, ...]]:
    """Exactly the prompts that our engine reads."""
    answers = harness.ask(*(request_make(text, max_tokens=1) for text in PROMPTS))
    return [answer.prompt.token_ids for answer in answers if answer.prompt]


def measure(repetitions: int, threads: int) -> list[Row]:
    home = REPOSITORY / "var" / "models"
    directory = model_install("smollm2", home)
    harness = harness_make(directory, home, num_threads=threads)
    peer = Peer(directory)
    torch.set_num_threads(threads)
    prompts = prompt_ids(harness)
    rows = []
    for size, goal in ((1, ""), (len(PROMPTS), "more than one by one")):
        ours, theirs = [], []
        for _ in range(repetitions):
            ours.append(ours_tokens_per_second(harness, PROMPTS[:size]))
            theirs.append(peer.tokens_per_second(prompts[:size]))
        name = f"{size} at once, {threads} threads"
        rows.append(compared(name, ours, theirs, unit="tokens/s", goal=goal))
    harness.engine.close()
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    options = parser.parse_args()
    rows = measure(options.repetitions, options.threads)
    report("engine", rows, REPOSITORY / "var" / "bench")


if __name__ == "__main__":
    main()
