"""One simulated manager: changes many segments, looks, and undoes it."""

import asyncio
from collections.abc import Callable
from random import Random
from typing import Any

from tests.load.journal import Bulk, Journal
from tests.load.plan import Stage
from tests.load.visitor import Visitor

KINDS = ("clear", "approve", "accept", "copy")
SEGMENTS = 12  # of one operation


class Operator:
    def __init__(
        self,
        *,
        name: str,
        stage: Stage,
        visitor: Visitor,
        journal: Journal,
        random: Random,
        pause: float,
    ) -> None:
        self._name, self._stage, self._visitor = name, stage, visitor
        self._journal, self._random, self._pause = journal, random, pause

    async def work(self, is_over: Callable[[int], bool]) -> None:
        rounds = 0
        while not is_over(rounds):
            await self._translate()
            await self._operate(KINDS[rounds % len(KINDS)])
            rounds += 1

    async def _translate(self) -> None:
        """Machine translation of whatever is empty, and of what is a machine's."""
        answer = await self._post("run", again=True)
        if answer.get("code") == "nothing":
            return
        if self._is_done(answer, "run"):
            self._journal.counts["machine runs"] += 1

    async def _operate(self, kind: str) -> None:
        count = min(SEGMENTS, len(self._stage.segments))
        segments = self._random.sample(self._stage.segments, count)
        answer = await self._post("bulk", kind=kind, segments=segments)
        await asyncio.sleep(self._random.uniform(0.5, 1.5) * self._pause)
        if self._is_done(answer, "operation"):
            await self._undo(answer["operation"])

    async def _undo(self, operation: dict[str, Any]) -> None:
        answer = await self._post("undo", operation=operation["id"])
        if self._is_done(answer, "restored"):
            self._journal.bulks.append(
                Bulk(
                    operation=operation["id"],
                    count=operation["count"],
                    restored=answer["restored"],
                    skipped=answer["skipped"],
                )
            )

    def _is_done(self, answer: dict[str, Any], expected: str) -> bool:
        if expected not in answer:
            self._journal.refused.append(f"{self._name}: {answer}")
        return expected in answer

    async def _post(self, what: str, **body: Any) -> dict[str, Any]:
        path = f"/translate/d/{self._stage.document}/{what}/"
        return await asyncio.to_thread(self._visitor.post, path, body)
