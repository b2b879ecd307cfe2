"""What the editor asks of the shipped translator: completions, and the reasons.

Ours against ours. A completion is waited for by somebody who types, so its end counts;
the reasons (each token's probability, five alternatives, and the source words that it
comes from) are always asked for, so they must cost little.
"""

import statistics

from tests.bench.plan import Plan
from tests.bench.report import Row, compared, median, ratio_from, under
from tests.bench.side import Side, sides_closed
from tests.bench.side_by_side import ours_open
from tests.bench.work import Task, end_of, total_rate

NAME = "translate"
TOKENS = 30
COMPLETION_GOAL = 0.15  # seconds
REASONS_GOAL = 0.9  # of the speed without them
STREAMS = 16
STREAM_TOKENS = 60
_PERCENTILES = 20
SENTENCES = (
    "The file could not be opened because another program is using it.",
    "Please check that the printer is switched on and try again.",
    "If you close the window now, everything that you have written will be lost.",
    "She told me that the train would leave from the other platform.",
    "Choose a folder where the pictures of the last summer will be kept.",
)


def measure(plan: Plan) -> list[Row]:
    with sides_closed() as keep:
        ours = keep(ours_open(plan, NAME, f"ours {NAME}"))
        return [_completion(ours, plan), _reasons(ours, plan)]


def _completion(ours: Side, plan: Plan) -> Row:
    """One at a time, each of another person: nothing of it was read before. What was
    typed is a part of the tokens."""
    seconds = []
    for number in range(20 * plan.short_repetitions):
        typed = ("Le ", "La ", "Il ", "")[number % 4]
        task = Task(_asked(number), TOKENS, typed=typed)
        seconds.append(end_of(ours.run([task])))
    return Row(
        f"prefix completion of {TOKENS} tokens, p95",
        median(statistics.quantiles(seconds, n=_PERCENTILES)[-1:]),
        "s",
        goal=under(COMPLETION_GOAL),
        binds=f"the median is {1000 * median(seconds):g} ms",
    )


def _reasons(ours: Side, plan: Plan) -> Row:
    """`peer` is without them."""
    rates: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(plan.short_repetitions):
        for is_explained, found in rates.items():
            tasks = [
                Task(_asked(n), STREAM_TOKENS, is_explained=is_explained)
                for n in range(STREAMS)
            ]
            found.append(total_rate(ours.run(tasks)))
    return compared(
        f"{STREAMS} translations with probabilities, alternatives and alignment",
        rates[True],
        rates[False],
        unit="tokens/s",
        goal=ratio_from(REASONS_GOAL),
    )


def _asked(number: int) -> tuple[tuple[str, str], ...]:
    text = SENTENCES[number % len(SENTENCES)]
    return (("user", f"translate English to French: {text}"),)
