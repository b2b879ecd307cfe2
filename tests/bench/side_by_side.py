"""The sides take turns, so that a noisy machine troubles all of them alike."""

import json
import sys
from collections.abc import Mapping, Sequence

from tokenizers import Tokenizer

from tests.bench.models import NAME
from tests.bench.plan import Plan
from tests.bench.prompts import text_of_length
from tests.bench.side import Side
from tests.bench.work import Task, Trace, end_of, prompt_task

OURS = "ours"
TRANSFORMERS = "tests.bench.sides.transformers_generate"
WARM_UP_TOKENS = 4

# What each side did, one list of traces for each repetition.
Runs = Mapping[str, Sequence[Sequence[Trace]]]


def ours_open(
    plan: Plan, model: str, name: str = OURS, **config: str | int | None
) -> Side:
    values = {
        "model": model,
        "models_home": str(plan.models_home),
        "num_threads": plan.threads,
        "max_running": 32,
        **config,
    }
    return Side(
        name,
        "tests.bench.sides.ours",
        json.dumps(values),
        log=plan.logs / f"{name.replace(' ', '-')}.log",
    )


def taken_in_turns(
    sides: Sequence[Side],
    tasks: Sequence[Task],
    repetitions: int,
    *,
    sampled: bool = False,
) -> Runs:
    """Each repetition begins with another side; a line says how long each took."""
    runs: dict[str, list[list[Trace]]] = {side.name: [] for side in sides}
    for repetition in range(repetitions):
        first = repetition % len(sides)
        took = []
        for side in [*sides[first:], *sides[:first]]:
            runs[side.name].append(side.run(tasks, sampled=sampled))
            took.append(f"{side.name} {end_of(runs[side.name][-1]):.1f} s")
        say(f"  {len(tasks)} at once, turn {repetition + 1}: {', '.join(took)}")
    return runs


def with_prompt_ids(ours: Side, tasks: Sequence[Task]) -> list[Task]:
    """The peers shall read exactly what our engine reads."""
    short = [
        Task(messages=task.messages, tokens=WARM_UP_TOKENS, owner=task.owner)
        for task in tasks
    ]
    return [
        Task(
            messages=task.messages,
            tokens=task.tokens,
            token_ids=trace.prompt_ids,
            at=task.at,
            owner=task.owner,
        )
        for task, trace in zip(tasks, ours.run(short), strict=True)
    ]


def prompt_of(ours: Side, plan: Plan, tokens: int) -> str:
    """A message that makes a prompt of exactly so many tokens in our model."""
    tokenizer = Tokenizer.from_file(str(plan.models_home / NAME / "tokenizer.json"))

    def count(text: str) -> int:
        return len(tokenizer.encode(text, add_special_tokens=False).ids)

    def length_of_prompt(text: str) -> int:
        (trace,) = ours.run([prompt_task(text, 1)])
        return len(trace.prompt_ids)

    words = "Hello"
    around = length_of_prompt(words) - count(words)
    text = text_of_length(count, tokens - around)
    assert length_of_prompt(text) == tokens, f"no text makes {tokens} tokens"
    return text


def warm_up(sides: Sequence[Side], tasks: Sequence[Task]) -> None:
    for side in sides:
        side.run(
            [
                Task(task.messages, WARM_UP_TOKENS, task.token_ids, owner=task.owner)
                for task in tasks
            ]
        )


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
