"""What a long history costs: the next turn, and the neighbours while it is read.

Ours against ours. The same second turn is asked by the person whose first turn was
read a moment ago, and by a stranger, for whom nothing may be reused.
"""

import statistics
from collections.abc import Sequence

from tests.bench.models import NAME
from tests.bench.plan import Plan
from tests.bench.prompts import chat_prompts
from tests.bench.report import Row, compared, median, ratio_from, under
from tests.bench.side import Side, sides_closed
from tests.bench.side_by_side import ours_open, prompt_of
from tests.bench.work import Task, Trace, gaps, prompt_task

HISTORY_TOKENS = 1000
HISTORY_GOAL = 5.0
STALL_GOAL = 3.0
STREAMS = 8
STREAM_TOKENS = 200  # enough to be writing before, during and after
ARRIVAL_SHARE = 0.3  # of the time that the streams take alone


def measure(plan: Plan) -> list[Row]:
    with sides_closed() as keep:
        ours = keep(ours_open(plan, NAME))
        history = prompt_of(ours, plan, HISTORY_TOKENS)
        return [
            _second_turn(ours, history, plan.short_repetitions),
            *_stall(ours, history, plan.repetitions),
        ]


def _second_turn(ours: Side, history: str, repetitions: int) -> Row:
    cached: list[float] = []
    fresh: list[float] = []
    for number in range(repetitions):
        owner = f"reader-{number}"
        ours.run([prompt_task(history, 16, owner=owner)])
        turn = _next_turn(history, owner)
        stranger = Task(turn.messages, turn.tokens, owner=f"stranger-{number}")
        for task, seconds in ((turn, cached), (stranger, fresh)):
            (trace,) = ours.run([task])
            seconds.append(trace.times[0])
            _check_cache(task is turn, trace)
    return compared(
        f"second turn's first token, {HISTORY_TOKENS} tokens of history, no cache",
        cached,
        fresh,
        unit="s",
        goal=ratio_from(HISTORY_GOAL),
        less_is_better=True,
    )


def _next_turn(history: str, owner: str) -> Task:
    """The answer is given, so that both ask exactly the same."""
    messages = (
        ("user", history),
        ("assistant", "I have read it. What would you like to know?"),
        ("user", "Say in one sentence what it is about."),
    )
    return Task(messages, 4, owner=owner)


def _check_cache(may_be_cached: bool, trace: Trace) -> None:
    if not may_be_cached and trace.cached_tokens:
        raise AssertionError("a stranger was served from another person's cache")


def _stall(ours: Side, history: str, repetitions: int) -> list[Row]:
    """The longest gap of the running streams, in steps of their usual length."""
    stalls, steps = [], []
    for number in range(repetitions):
        alone = ours.run(_streams())
        step = statistics.median(gap for trace in alone for gap in gaps(trace))
        begin = ARRIVAL_SHARE * max(trace.times[-1] for trace in alone)
        # Another text each time: what was read once is not read again.
        text = f"{number}\n{history[len(str(number)) + 1 :]}"
        visitor = Task((("user", text),), 4, at=begin)
        *streams, read = ours.run([*_streams(), visitor])
        stalls.append(_longest_gap(streams, begin, read.times[0]) / step)
        steps.append(step * 1000)
    return [
        Row(
            f"decode stall of {STREAMS} streams, {HISTORY_TOKENS}-token prompt arrives",
            median(stalls),
            "steps",
            goal=under(STALL_GOAL),
            binds=f"a step of {STREAMS} streams alone takes {median(steps):g} ms",
        )
    ]


def _streams() -> list[Task]:
    return [prompt_task(text, STREAM_TOKENS) for text in chat_prompts()[:STREAMS]]


def _longest_gap(streams: Sequence[Trace], begin: float, end: float) -> float:
    """Among those that began or ended while the prompt was read."""
    return max(
        after - before
        for trace in streams
        for before, after in zip(trace.times, trace.times[1:], strict=False)
        if after >= begin and before <= end
    )
