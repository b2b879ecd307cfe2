"""Requests of mixed length, end to end, against transformers.

One stream against `generate` is exact arithmetic against exact arithmetic (fp32), and
the answers must be equal. The sixteen requests are answered as the product would (its
default precision); all come at once, each wants its own number of tokens, and what a
padded batch writes beyond that is not counted.
"""

from collections.abc import Sequence

from inference.models.install import model_install
from tests.bench.ceilings import Ceilings, binds, shape_read
from tests.bench.models import NAME
from tests.bench.plan import Plan
from tests.bench.prompts import chat_prompts
from tests.bench.report import Row, compared, ratio_from
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

EXACT = "ours fp32"
LENGTHS = (8, 16, 24, 32, 48, 64, 80, 96)  # of answers, in turn
REQUESTS = 16
SINGLE_GOAL = 1.4
# How transformers runs them, the goal, and whether a quick run has time for it.
HOWS = (("padded", 8.0, True), ("one-by-one", 8.0, False), ("continuous", 16.0, False))


def measure(plan: Plan, ceilings: Ceilings) -> list[Row]:
    directory = str(model_install(NAME, plan.models_home))
    with sides_closed() as keep:
        ours = keep(ours_open(plan, NAME))
        exact = keep(ours_open(plan, NAME, EXACT, precision="fp32"))
        peers = [
            keep(_peer(plan, directory, how))
            for how, _, in_quick in HOWS
            if in_quick or how == "one-by-one" or not plan.is_quick
        ]
        tasks = with_prompt_ids(ours, _tasks())
        warm_up([ours, exact, *peers], tasks[:2])
        rows = [_single(plan, exact, peers, tasks[0], ceilings)]
        shown = [peer for peer in peers if not plan.is_quick or _is_quick(peer.name)]
        return rows + _mixed(plan, ours, exact, shown, tasks)


def _peer(plan: Plan, directory: str, how: str) -> Side:
    arguments = (directory, str(plan.threads), "cpu", how)
    return Side(how, TRANSFORMERS, *arguments, log=plan.logs / f"{how}.log")


def _is_quick(how: str) -> bool:
    return any(name == how and in_quick for name, _, in_quick in HOWS)


def _tasks() -> list[Task]:
    """Every second prompt: short and long ones, all languages."""
    texts = chat_prompts()[::2][:REQUESTS]
    return [
        prompt_task(text, LENGTHS[number % len(LENGTHS)])
        for number, text in enumerate(texts)
    ]


def _single(
    plan: Plan, exact: Side, peers: Sequence[Side], task: Task, ceilings: Ceilings
) -> Row:
    (peer,) = (peer for peer in peers if peer.name == "one-by-one")
    tasks = [Task(task.messages, plan.tokens, task.token_ids)]
    runs = taken_in_turns([exact, peer], tasks, plan.repetitions)
    mine, theirs = runs[EXACT][0][0], runs[peer.name][0][0]
    if mine.token_ids != theirs.token_ids:
        say("WRONG: fp32 wrote another text than transformers' generate")
    rates = [decode_rate(run) for run in runs[EXACT]]
    need = shape_read(plan.models_home / NAME).need(
        "fp32", rows=1, context=len(task.token_ids) + plan.tokens / 2
    )
    return compared(
        "1 stream, exact fp32, transformers generate",
        rates,
        [decode_rate(run) for run in runs[peer.name]],
        unit="tokens/s",
        goal=ratio_from(SINGLE_GOAL),
        binds=binds(need, "fp32", 1 / max(rates), ceilings),
    )


def _mixed(
    plan: Plan, ours: Side, exact: Side, peers: Sequence[Side], tasks: Sequence[Task]
) -> list[Row]:
    runs = taken_in_turns([ours, exact, *peers], tasks, plan.repetitions)
    seconds = {name: [end_of(run) for run in side] for name, side in runs.items()}
    goals = {how: ratio_from(value) for how, value, _ in HOWS}
    rows = [
        compared(
            f"{REQUESTS} mixed requests, transformers {peer.name}",
            seconds[OURS],
            seconds[peer.name],
            unit="s",
            goal=goals[peer.name],
            less_is_better=True,
        )
        for peer in peers
    ]
    return [
        *rows,
        compared(
            f"{REQUESTS} mixed requests, ours exact fp32, transformers {peers[0].name}",
            seconds[EXACT],
            seconds[peers[0].name],
            unit="s",
            less_is_better=True,
        ),
    ]
