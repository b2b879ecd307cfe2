"""An encoder-decoder of T5-small's shape against CTranslate2 int8.

Static: every source is there at once, all of 33 tokens, all answers of 64. Staggered:
one source after the other, answers of 16 to 128 tokens, streamed; CTranslate2 takes as
one batch whoever has come, which is what a server around it does.
"""

from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer

from tests.bench.models import t5_directory
from tests.bench.plan import Plan
from tests.bench.prompts import long_text, text_of_length
from tests.bench.report import Row, compared, ratio_from
from tests.bench.side import Side, is_installed, sides_closed
from tests.bench.side_by_side import (
    OURS,
    Runs,
    ours_open,
    taken_in_turns,
    warm_up,
    with_prompt_ids,
)
from tests.bench.work import (
    Task,
    first_token_seconds,
    prompt_task,
    stay_seconds,
    total_rate,
)

SOURCE_TOKENS = 33
ANSWER_TOKENS = 64
STATIC_GOALS = {1: 0.8, 16: 1.1, 32: 1.3}
ARRIVALS = 32
ARRIVAL_SECONDS = 0.04  # one after the other: faster than one core answers
ARRIVAL_LENGTHS = (16, 96, 32, 128, 24, 64, 48, 80)
STAGGERED_GOAL = 2.0


def measure(plan: Plan) -> list[Row]:
    if not is_installed("ctranslate2"):
        return []
    model = t5_directory(plan.home / "models")
    with sides_closed() as keep:
        ours = keep(ours_open(plan, str(model / "hf")))
        static = keep(_peer(plan, model, "static"))
        streaming = keep(_peer(plan, model, "streaming"))
        tasks = with_prompt_ids(ours, _tasks(model / "hf" / "tokenizer.json"))
        assert {len(task.token_ids) for task in tasks} == {SOURCE_TOKENS}
        warm_up([ours, static, streaming], tasks[:4])
        rows = [
            _static(plan, [ours, static], tasks[:count], goal)
            for count, goal in STATIC_GOALS.items()
        ]
        return rows + _staggered(plan, [ours, streaming], tasks)


def _peer(plan: Plan, model: Path, how: str) -> Side:
    return Side(
        how,
        "tests.bench.sides.ctranslate2_batches",
        str(model / "ctranslate2"),
        str(model / "hf" / "tokenizer.json"),
        str(plan.threads),
        how,
        log=plan.logs / f"ctranslate2-{how}.log",
    )


def _tasks(tokenizer_file: Path) -> list[Task]:
    """32 pieces of English, each of exactly 33 tokens, the end token included."""
    tokenizer = Tokenizer.from_file(str(tokenizer_file))

    def count(text: str) -> int:
        return len(tokenizer.encode(text).ids)

    tasks: list[Task] = []
    start = 0
    while len(tasks) < ARRIVALS:
        start = long_text().index(" ", start + 1000) + 1
        text = text_of_length(count, SOURCE_TOKENS, start=start).strip()
        if count(text) == SOURCE_TOKENS:
            tasks.append(prompt_task(text, ANSWER_TOKENS))
    return tasks


def _static(
    plan: Plan, sides: Sequence[Side], tasks: Sequence[Task], goal: float
) -> Row:
    runs = taken_in_turns(sides, tasks, plan.short_repetitions)
    return compared(
        f"T5-small shape, {len(tasks)} at once, CTranslate2 int8",
        [total_rate(run) for run in runs[OURS]],
        [total_rate(run) for run in runs[sides[1].name]],
        unit="tokens/s",
        goal=ratio_from(goal),
    )


def _staggered(plan: Plan, sides: Sequence[Side], tasks: Sequence[Task]) -> list[Row]:
    arriving = [
        Task(
            messages=task.messages,
            tokens=ARRIVAL_LENGTHS[number % len(ARRIVAL_LENGTHS)],
            token_ids=task.token_ids,
            at=number * ARRIVAL_SECONDS,
        )
        for number, task in enumerate(tasks)
    ]
    runs = taken_in_turns(sides, arriving, plan.short_repetitions)
    name = f"T5-small shape, {ARRIVALS} staggered"
    peer = sides[1].name
    return [
        compared(
            f"{name}, CTranslate2 int8",
            [total_rate(run) for run in runs[OURS]],
            [total_rate(run) for run in runs[peer]],
            unit="tokens/s",
            goal=ratio_from(STAGGERED_GOAL),
        ),
        _waits(f"{name}: until the first token", arriving, runs, peer, is_first=True),
        _waits(f"{name}: until the last token", arriving, runs, peer, is_first=False),
    ]


def _waits(
    name: str, tasks: Sequence[Task], runs: Runs, peer: str, *, is_first: bool
) -> Row:
    seconds = first_token_seconds if is_first else stay_seconds
    return compared(
        name,
        [seconds(tasks, run) for run in runs[OURS]],
        [seconds(tasks, run) for run in runs[peer]],
        unit="s",
        less_is_better=True,
    )
