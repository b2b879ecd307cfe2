"""What the quantised modes cost in quality: `python -m tests.bench.perplexity`.

Perplexity of the shipped model on text that it was not tuned on, the manual inside the
running Python (see prompts.long_text), and how often the most likely next token is the
one that fp32 finds most likely. Read in windows of 1,024 tokens; every token of a
window but its first is predicted from those before it.
"""

import argparse
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from tokenizers import Tokenizer

from inference.config import Precision
from inference.models.blueprint import Blueprint
from inference.models.families.read import blueprint_read
from inference.models.install import model_install
from inference.models.native.model import native_model_load
from inference.models.slot_model import SlotModel, Span
from tests.bench.models import NAME
from tests.bench.plan import Plan, plan_make
from tests.bench.prompts import long_text
from tests.bench.report import Row, data_directory, ratio_from, report
from tests.bench.side_by_side import say

WINDOW = 1024
CHUNK = 256  # rows of logits at a time: 49,152 numbers each
TOKENS = 16 * WINDOW
GOAL = 1 / 1.01  # within 1 % of fp32


@dataclass(frozen=True, slots=True)
class Reading:
    """`choices`: the most likely token at each place."""

    perplexity: float
    choices: torch.Tensor


def reading(model: SlotModel, token_ids: Sequence[int]) -> Reading:
    """How well any slot model foresees this text."""
    losses, choices = [], []
    for begin in range(0, len(token_ids), WINDOW):
        window = token_ids[begin : begin + WINDOW]
        for logits, following in _predictions(model, window):
            losses.append(
                torch.nn.functional.cross_entropy(logits, following, reduction="sum")
            )
            choices.append(logits.argmax(dim=-1))
    places = sum(len(each) for each in choices)
    loss = float(torch.stack(losses).double().sum()) / places
    return Reading(math.exp(loss), torch.cat(choices))


def _predictions(
    model: SlotModel, window: Sequence[int]
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Logits, and the tokens that truly came next."""
    slot = 0
    for start in range(0, len(window) - 1, CHUNK):
        chunk = window[start : min(start + CHUNK, len(window) - 1)]
        logits = model.step([Span(slot, start, chunk, all_logits=True)]).logits
        following = window[start + 1 : start + 1 + len(chunk)]
        yield logits.float().cpu(), torch.tensor(following)
    model.free(slot)


def models(blueprint: Blueprint, threads: int, home: Path) -> Iterator[SlotModel]:
    """fp32 first; then eight bits; then the file's own grid, if it has one."""
    modes = [
        (Precision.FP32, blueprint),
        (Precision.INT8, replace(blueprint, grids={})),
    ]
    if blueprint.grids:
        modes.append((Precision.AUTO, blueprint))
    for precision, weights in modes:
        yield native_model_load(
            weights,
            precision=precision,
            num_threads=threads,
            num_slots=1,
            library_directory=home,
        )


def measure(plan: Plan, *, tokens: int = TOKENS) -> list[Row]:
    directory = model_install(NAME, plan.models_home)
    blueprint = blueprint_read(directory)
    assert blueprint is not None
    tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
    text = tokenizer.encode(long_text(), add_special_tokens=False).ids[:tokens]
    say(f"Perplexity on {len(text):,} tokens of the manual of Python")
    found = {
        model.precision: reading(model, text)
        for model in models(blueprint, plan.threads, plan.native_home)
    }
    exact = found.pop("fp32")
    rows = [Row("perplexity, fp32", _figures(exact.perplexity), "")]
    for precision, each in found.items():
        rows += _rows(precision, each, exact)
    return rows


def _rows(precision: str, found: Reading, exact: Reading) -> list[Row]:
    agreement = float((found.choices == exact.choices).double().mean())
    return [
        Row(
            f"perplexity, {precision}, against fp32",
            _figures(found.perplexity),
            "",
            peer=_figures(exact.perplexity),
            ratio=exact.perplexity / found.perplexity,
            goal=ratio_from(round(GOAL, 3)),
        ),
        Row(f"same most likely token as fp32, {precision}", 100 * agreement, "%"),
    ]


def _figures(value: float) -> float:
    return float(f"{value:.5g}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--tokens", type=int, default=TOKENS)
    options = parser.parse_args()
    plan = plan_make(
        data_directory(), is_quick=False, threads=options.threads, repetitions=None
    )
    report("perplexity", measure(plan, tokens=options.tokens), plan.home)


if __name__ == "__main__":
    main()
