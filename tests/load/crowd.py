"""All of them at once, each with a session and a socket of their own."""

import asyncio
import time
from collections.abc import Callable
from random import Random

from tests.load.editor import Editor
from tests.load.journal import Journal
from tests.load.operator import Operator
from tests.load.plan import Plan, Stage
from tests.load.visitor import Visitor

OPERATORS = 2
LAST_SECONDS = 120.0  # for what has begun when the time is over


async def crowd_run(plan: Plan, stage: Stage) -> Journal:
    """The first two change many segments at once; the others translate."""
    journal = Journal()
    visitors = [await _signed_in(stage, email) for email in stage.emails]
    end = time.monotonic() + 60 * plan.minutes

    def is_over(rounds: int) -> bool:
        is_enough = plan.rounds is not None and rounds >= plan.rounds
        return is_enough or time.monotonic() >= end

    async with (
        asyncio.timeout(60 * plan.minutes + LAST_SECONDS),
        asyncio.TaskGroup() as group,
    ):
        for number, visitor in enumerate(visitors):
            person = _operate if number < OPERATORS else _edit
            group.create_task(person(plan, stage, journal, number, visitor, is_over))
    return journal


async def _signed_in(stage: Stage, email: str) -> Visitor:
    visitor = Visitor(stage.base_url)
    await asyncio.to_thread(visitor.sign_in, email, stage.password)
    return visitor


async def _operate(
    plan: Plan,
    stage: Stage,
    journal: Journal,
    number: int,
    visitor: Visitor,
    is_over: Callable[[int], bool],
) -> None:
    operator = Operator(
        name=stage.emails[number],
        stage=stage,
        visitor=visitor,
        journal=journal,
        random=Random(f"{plan.seed} {number}"),
        pause=plan.pause,
    )
    await operator.work(is_over)


async def _edit(
    plan: Plan,
    stage: Stage,
    journal: Journal,
    number: int,
    visitor: Visitor,
    is_over: Callable[[int], bool],
) -> None:
    async with visitor.socket(f"/ws/workspace/{stage.document}/") as socket:
        editor = Editor(
            name=stage.emails[number],
            stage=stage,
            visitor=visitor,
            socket=socket,
            journal=journal,
            random=Random(f"{plan.seed} {number}"),
            pause=plan.pause,
        )
        await editor.work(is_over)
