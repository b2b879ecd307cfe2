"""A crowd of simulated editors at one document of the running product.

    python -m tests.load.editors --people 20 --minutes 5 --segments 600

Each keeps a journal of what the product acknowledged. At the end it is held against the
stored segments and their revisions: no edit is lost, no segment was handed to two at a
time, no machine wrote over a person. It ends with 1 where one of that does not hold.
The product is started for it, on 127.0.0.1 and in a new directory, and ended with it.
"""

import argparse
import asyncio
import importlib
import os
import statistics
import sys
import tempfile
from pathlib import Path
from random import Random

import django

from tests.load.crowd import OPERATORS, crowd_run
from tests.load.journal import Journal
from tests.load.plan import Plan
from tests.load.verdict import Stored, Verdict, judge
from tests.product import product_run

# Only a model that repeats its text at once: this is about people.
ENVIRONMENT = {"TANDEM_MODELS": "scripted", "TANDEM_SCRIPTED": "1"}
MOST_PEOPLE, MOST_MINUTES, MOST_SEGMENTS = 50, 30.0, 10_000
SHOWN = 20  # violations in words


def main() -> None:
    plan = plan_parse(sys.argv[1:])
    sys.stdout.write(f"{plan}\n")
    with tempfile.TemporaryDirectory(prefix="tandem-crowd-") as home:
        journal, stored = _measure(plan, Path(home))
    verdict = judge(journal, stored)
    sys.stdout.write(report(journal, stored, verdict))
    raise SystemExit(1 if verdict.violations else 0)


def plan_parse(words: list[str]) -> Plan:
    parser = argparse.ArgumentParser(prog="python -m tests.load.editors")
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--segments", type=int, default=600)
    parser.add_argument("--rounds", type=int, help="of each person, then it ends")
    parser.add_argument("--pause", type=float, default=2.0, help="seconds, on average")
    parser.add_argument("--seed", type=int, default=Random().randrange(1_000_000))
    plan = Plan(**vars(parser.parse_args(words)))
    if not OPERATORS < plan.people <= MOST_PEOPLE:
        parser.error(f"--people: {OPERATORS + 1} to {MOST_PEOPLE}")
    if not 0 < plan.minutes <= MOST_MINUTES:
        parser.error(f"--minutes: up to {MOST_MINUTES:g}")
    if not 0 < plan.segments <= MOST_SEGMENTS:
        parser.error(f"--segments: 1 to {MOST_SEGMENTS}")
    return plan


def _measure(plan: Plan, home: Path) -> tuple[Journal, list[Stored]]:
    with product_run(home, **ENVIRONMENT) as product:
        _django_setup(home)
        # Imported here: models can only be read once Django knows where its data is.
        database = importlib.import_module("tests.load.database")
        stage = database.stage_make(plan, product.base_url)
        journal = asyncio.run(crowd_run(plan, stage))
        stored: list[Stored] = database.stored_read(stage)
    return journal, stored


def _django_setup(home: Path) -> None:
    """The product's settings, over its data directory."""
    for name in ("REDIS_URL", "DATABASE_URL"):
        os.environ.pop(name, None)
    os.environ.update(
        ENVIRONMENT, TANDEM_HOME=str(home), DJANGO_SETTINGS_MODULE="webapp.settings"
    )
    django.setup()


def report(journal: Journal, stored: list[Stored], verdict: Verdict) -> str:
    machine = [r for each in stored for r in each.revisions if r.person is None]
    figures = {
        "edits": len(journal.saves),
        **{name: journal.counts[name] for name in ("conflicts", "claims", "comments")},
        "operations undone": len(journal.bulks),
        "machine runs": journal.counts["machine runs"],
        "machine texts": len(machine),
        "lost": len(verdict.lost),
        "handed out twice": len(verdict.handed_out_twice),
        "machine over person": len(verdict.machine_over_person),
        "not undone": len(verdict.not_undone),
        "refused": len(verdict.refused),
        **_patience(journal),
    }
    lines = [f"{name:<20} {value:>8}" for name, value in figures.items()]
    return "\n".join([*lines, *verdict.violations[:SHOWN], ""])


def _patience(journal: Journal) -> dict[str, str]:
    """From a save to its acknowledgement."""
    seconds = [save.answered_at - save.asked_at for save in journal.saves]
    if len(seconds) < 2:
        return {}
    cuts = statistics.quantiles(seconds, n=20, method="inclusive")
    return {
        "save p50": f"{1000 * cuts[9]:.0f} ms",
        "save p95": f"{1000 * cuts[18]:.0f} ms",
    }


if __name__ == "__main__":
    main()
