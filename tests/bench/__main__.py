"""`python -m tests.bench`: everything, or the themes that are named. See --help."""

import argparse
import sys
from collections.abc import Callable, Mapping
from functools import cache, partial

from inference.models.install import model_install
from tests.bench import (
    completion,
    contention,
    conversation,
    memory,
    perplexity,
    requests,
    scrolling,
    start,
    streams,
    translation,
    warm_start,
    workspace,
)
from tests.bench.ceilings import Ceilings, ceilings_measure
from tests.bench.machine import machine_rows
from tests.bench.models import NAME
from tests.bench.plan import Plan, plan_make
from tests.bench.report import Row, data_directory, report
from tests.bench.side import SideFailed
from tests.bench.side_by_side import say

Theme = Callable[[], list[Row]]
QUICK = ("streams", "requests", "translation", "conversation", "warm-start")


def themes(plan: Plan) -> Mapping[str, Theme]:
    """By the name of the file that they write, in the order in which they run."""

    @cache
    def ceilings() -> Ceilings:
        return ceilings_measure(plan.threads)

    return {
        "machine": lambda: machine_rows(plan, ceilings()),
        "streams": lambda: streams.measure(plan, ceilings()),
        "requests": lambda: requests.measure(plan, ceilings()),
        "translation": partial(translation.measure, plan),
        "conversation": partial(conversation.measure, plan),
        "completion": partial(completion.measure, plan),
        "memory": partial(memory.measure, plan),
        "workspace": partial(workspace.measure, plan),
        "scrolling": partial(scrolling.measure, plan),
        "warm-start": partial(warm_start.measure, plan),
        "contention": partial(contention.measure, plan),
        "perplexity": partial(perplexity.measure, plan),
        "start": partial(start.measure, plan.repetitions),
    }


def main() -> int:
    options = _parser().parse_args()
    plan = plan_make(
        data_directory(),
        is_quick=options.quick,
        threads=options.threads,
        repetitions=options.repetitions,
    )
    found = themes(plan)
    chosen = options.themes or (QUICK if options.quick else tuple(found))
    if unknown := set(chosen) - set(found):
        say(f"No such theme: {', '.join(unknown)}. There are {', '.join(found)}.")
        return 2
    model_install(NAME, plan.models_home)
    say(f"{plan.threads} threads for every side, {plan.repetitions} repetitions")
    return 0 if all([_run(name, found[name], plan) for name in chosen]) else 1


def _run(name: str, theme: Theme, plan: Plan) -> bool:
    """A theme that fails says so and leaves the others their turn."""
    say(f"\n{name}")
    try:
        if rows := theme():  # none where the peer of all of them is missing
            report(name, rows, plan.home)
    except (SideFailed, AssertionError, ValueError) as error:
        say(f"{name} FAILED: {error}")
        return False
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("themes", nargs="*", metavar="THEME")
    parser.add_argument("--quick", action="store_true", help="a few rows in 2 minutes")
    parser.add_argument("--threads", type=int, help="of every side; default: all cores")
    parser.add_argument("--repetitions", type=int)
    return parser


if __name__ == "__main__":
    sys.exit(main())
