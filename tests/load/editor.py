"""One simulated translator: takes a free segment, types, saves, merges, goes on."""

import asyncio
import time
from collections.abc import Callable
from random import Random
from typing import Any

from tests.load.journal import Claim, Journal, Save
from tests.load.plan import Stage
from tests.load.visitor import Socket, Visitor

SAVES = (2, 4)  # of one segment, from and to
STALE = 0.1  # of the saves name a version that was seen earlier
BESIDE = 0.25  # of the segments: also in somebody else's, as it was last told
COMMENTS = 0.1  # of the segments
MERGES = 20  # so often somebody may be faster in a row

clock = time.monotonic


class Editor:
    def __init__(
        self,
        *,
        name: str,
        stage: Stage,
        visitor: Visitor,
        socket: Socket,
        journal: Journal,
        random: Random,
        pause: float,
    ) -> None:
        self._name, self._stage = name, stage
        self._visitor, self._socket = visitor, socket
        self._journal, self._random = journal, random
        self._pause = pause
        self._num_texts = 0
        self._held: tuple[int, float, float] | None = None  # segment, asked, answered

    async def work(self, is_over: Callable[[int], bool]) -> None:
        """Segment after segment, until it is over; then nothing is held any more."""
        rounds, segment = 0, None
        while not is_over(rounds):
            segment = await self._claim(segment)
            if segment is not None:
                await self._translate(segment)
            if segment is None or self._random.random() < BESIDE:
                await self._write_beside(segment)
            rounds += 1
        self._release()
        await self._ask("focus", segment=None)

    async def _claim(self, after: int | None) -> int | None:
        self._release()
        asked_at = clock()
        answer = await self._ask("next", after=after)
        segment: int | None = answer.get("segment")
        if segment is not None:
            self._held = (segment, asked_at, clock())
            self._journal.counts["claims"] += 1
        return segment

    def _release(self) -> None:
        """Before it is said: from now on it may be anybody's."""
        if self._held is not None:
            self._journal.claims.append(Claim(self._name, *self._held, clock()))
            self._held = None

    async def _translate(self, segment: int) -> None:
        version = await self._version_of(segment)
        for _ in range(self._random.randint(*SAVES)):
            await self._think()
            is_stale = version > 0 and self._random.random() < STALE
            version = await self._save(segment, version - is_stale)
        if self._random.random() < COMMENTS:
            await self._ask("comment", segment=segment, text=f"{self._name}: sure?")
            self._journal.counts["comments"] += 1

    async def _write_beside(self, own: int | None) -> None:
        """As somebody does who opened a segment before another person changed it."""
        told = [row for row in self._socket.rows.values() if row["id"] != own]
        await self._think()
        if told:
            row = self._random.choice(told)
            version: int = row["version"]
            await self._think()
            await self._save(row["id"], version)

    async def _version_of(self, segment: int) -> int:
        """As the page reads what it has not been told yet."""
        path = f"/translate/d/{self._stage.document}/segments/?ids={segment}"
        answer = await asyncio.to_thread(self._visitor.get, path)
        version: int = answer["rows"][0]["version"]
        return version

    async def _save(self, segment: int, version: int) -> int:
        """Merged with what others wrote until it is taken. Returns its version."""
        text = self._text()
        for _ in range(MERGES):
            asked_at = clock()
            answer = await self._ask(
                "edit", segment=segment, version=version, target=text
            )
            if answer["type"] == "ok":
                row = answer["row"]
                self._journal.saves.append(
                    Save(
                        person=self._name,
                        segment=segment,
                        seen=version,
                        version=row["version"],
                        text=text,
                        asked_at=asked_at,
                        answered_at=clock(),
                    )
                )
                return int(row["version"])
            if "conflict" not in answer:
                break
            self._journal.counts["conflicts"] += 1
            version = answer["conflict"]["version"]
            text = f"{answer['conflict']['theirs'][:200]} | {self._text()}"
        return version

    async def _ask(self, type_: str, **fields: Any) -> dict[str, Any]:
        answer = await self._socket.ask(type_, **fields)
        if answer["type"] == "error" and answer["code"] != "conflict":
            self._journal.refused.append(f"{self._name}: {type_}: {answer}")
        return answer

    def _text(self) -> str:
        """Nobody else's, and never the same twice."""
        self._num_texts += 1
        return f"{self._name} wrote text {self._num_texts}."

    async def _think(self) -> None:
        await asyncio.sleep(self._random.uniform(0.5, 1.5) * self._pause)
