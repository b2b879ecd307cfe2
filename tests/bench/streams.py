"""Tokens a second of 1 to 32 streams, and reading a prompt, against llama.cpp.

Each stream answers one of the shipped chat prompts with exactly as many tokens as all
the others. What counts is the time when every stream is writing; a second row counts
from the first request on, prompts included.
"""

from collections.abc import Sequence
from dataclasses import replace

from inference.models.install import model_install
from tests.bench.ceilings import Ceilings, Shape, binds, shape_read
from tests.bench.models import NAME, REQUANTIZED, SHIPPED, gguf_files
from tests.bench.plan import Plan
from tests.bench.prompts import chat_prompts
from tests.bench.report import Goal, Row, compared, median, ratio_from
from tests.bench.side import Side, is_installed, sides_closed
from tests.bench.side_by_side import (
    OURS,
    ours_open,
    prompt_of,
    taken_in_turns,
    warm_up,
    with_prompt_ids,
)
from tests.bench.work import Task, Trace, decode_rate, prompt_task, total_rate

GOALS = {
    "Q8_0": {1: 1.0, 8: 2.0, 16: 3.0, 32: 4.0},
    "Q4_0": {1: 1.0, 8: 1.6, 16: 2.2, 32: 3.0},
}
PREFILL_TOKENS = 512
PREFILL_GOALS = {"Q4_0": {PREFILL_TOKENS: 2.5}}
BEST = "Q4_0"  # llama.cpp's quickest type


def measure(plan: Plan, ceilings: Ceilings) -> list[Row]:
    shape = shape_read(model_install(NAME, plan.models_home))
    with sides_closed() as keep:
        ours = keep(ours_open(plan, NAME))
        peers = [keep(side) for side in _peers(plan)]
        sides = [ours, *peers]
        texts = chat_prompts()
        chats = with_prompt_ids(ours, [prompt_task(text, 1) for text in texts])
        warm_up(sides, chats[:8])
        rows = []
        for count in plan.streams:
            rows += _streams(plan, ours, peers, chats[:count], (shape, ceilings))
        for count in plan.sampled_streams:
            rows += _streams(
                plan, ours, peers, chats[:count], (shape, ceilings), sampled=True
            )
        return rows + _prefill(ours, peers, plan, shape, ceilings)


def _peers(plan: Plan) -> list[Side]:
    if not is_installed("llama_cpp"):
        return []
    files = gguf_files(plan.home / "models")
    return [
        Side(
            kind,
            "tests.bench.sides.llama_cpp",
            str(files[kind]),
            str(plan.threads),
            log=plan.logs / f"llama-{kind}.log",
        )
        for kind in (*REQUANTIZED, SHIPPED)
        if kind != SHIPPED or not plan.is_quick
    ]


def _streams(
    plan: Plan,
    ours: Side,
    peers: Sequence[Side],
    chats: Sequence[Task],
    limits: tuple[Shape, Ceilings],
    *,
    sampled: bool = False,
) -> list[Row]:
    count = len(chats)
    tasks = [replace(chat, tokens=plan.tokens_of(count)) for chat in chats]
    timed = [peer for peer in peers if peer.name != SHIPPED]
    runs = taken_in_turns([ours, *timed], tasks, plan.repetitions, sampled=sampled)
    if shipped := [peer for peer in peers if peer.name == SHIPPED]:
        # The slowest of them has no goal, so it has one turn beside ours.
        once = taken_in_turns([ours, *shipped], tasks, 1, sampled=sampled)
    else:
        once = {}
    why = _binds(*limits, ours, runs[OURS])
    name = f"{count} stream{'s' * (count > 1)}, {'sampled' if sampled else 'greedy'}"
    if not peers:
        rates = [decode_rate(run) for run in runs[OURS]]
        return [Row(f"{name}, no peer", median(rates), "tokens/s", binds=why)]
    rows = [
        compared(
            f"{name}, llama.cpp {peer.name}",
            [decode_rate(run) for run in both[OURS]],
            [decode_rate(run) for run in both[peer.name]],
            unit="tokens/s",
            goal=_goal(GOALS, peer.name, count),
            binds=why if both is runs else "",
        )
        for peer in peers
        for both in [once if peer.name == SHIPPED else runs]
    ]
    return rows + [
        compared(
            f"{name}, prompts included, llama.cpp {peer.name}",
            [total_rate(run) for run in runs[OURS]],
            [total_rate(run) for run in runs[peer.name]],
            unit="tokens/s",
        )
        for peer in timed
        if peer.name == BEST and not sampled
    ]


def _prefill(
    ours: Side, peers: Sequence[Side], plan: Plan, shape: Shape, ceilings: Ceilings
) -> list[Row]:
    """Reading a prompt of 512 tokens: from the request to the first token."""
    tasks = with_prompt_ids(
        ours, [prompt_task(prompt_of(ours, plan, PREFILL_TOKENS), 1)]
    )
    runs = taken_in_turns([ours, *peers], tasks, plan.short_repetitions)
    speeds = {
        name: [_reading_speed(run) for run in side] for name, side in runs.items()
    }
    precision = ours.facts["precision"]
    need = shape.need(precision, rows=PREFILL_TOKENS, context=0)
    best = PREFILL_TOKENS / max(speeds[OURS])
    return [
        compared(
            f"prefill of {PREFILL_TOKENS} tokens, llama.cpp {peer.name}",
            speeds[OURS],
            speeds[peer.name],
            unit="tokens/s",
            goal=_goal(PREFILL_GOALS, peer.name, PREFILL_TOKENS),
            binds=binds(need, precision, best, ceilings),
        )
        for peer in peers
    ]


def _reading_speed(run: Sequence[Trace]) -> float:
    return PREFILL_TOKENS / run[0].times[0]


def _binds(
    shape: Shape, ceilings: Ceilings, ours: Side, runs: Sequence[Sequence[Trace]]
) -> str:
    """Of the best run: the machine's noise is not what binds the program."""
    best = max(runs, key=decode_rate)
    context = sum(len(t.prompt_ids) + len(t.times) / 2 for t in best) / len(best)
    precision = ours.facts["precision"]
    need = shape.need(precision, rows=len(best), context=context)
    return binds(need, precision, len(best) / decode_rate(best), ceilings)


def _goal(goals: dict[str, dict[int, float]], kind: str, count: int) -> Goal | None:
    value = goals.get(kind, {}).get(count)
    return ratio_from(value) if value else None
