"""Segments that models are writing and somebody looks at: their text, as it comes."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from contextlib import aclosing
from dataclasses import dataclass

from webapp.generation.events import Event, Snapshot, TextDelta
from webapp.generation.hub import get_hub
from webapp.workspace.live.look import Written
from webapp.workspace.live.unmask import unmask
from webapp.workspace.row_types import Delta

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Text:
    written: Written
    raw: str = ""
    shown: str = ""
    seq: int = 0


class WritingWatch:
    """A task for each generation that is followed; `tell` hears what is new."""

    def __init__(self, tell: Callable[[Delta], None]) -> None:
        self._tell = tell
        self._texts: dict[int, _Text] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}

    async def follow(
        self, running: Mapping[int, Written], seen: Collection[int]
    ) -> None:
        """Of what is running, exactly what is seen."""
        wanted = {id: written for id, written in running.items() if id in seen}
        gone = [
            id
            for id, text in self._texts.items()
            if id not in wanted
            or wanted[id].generation_id != text.written.generation_id
        ]
        await self._leave(gone)
        for id, written in wanted.items():
            if id not in self._texts:
                self._texts[id] = _Text(written)
                self._tasks[id] = asyncio.create_task(self._pump(id))

    def standing(self, ids: Collection[int]) -> list[Delta]:
        """All that is written so far of these."""
        return [
            {"segment": id, "seq": text.seq, "text": text.shown, "restart": True}
            for id, text in self._texts.items()
            if id in ids and text.shown
        ]

    async def end(self) -> None:
        await self._leave(list(self._texts))

    async def _leave(self, ids: Collection[int]) -> None:
        tasks = [self._tasks.pop(id) for id in ids if id in self._tasks]
        for id in ids:
            self._texts.pop(id, None)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _pump(self, id: int) -> None:
        text = self._texts[id]
        watch = get_hub().watch(text.written.generation_id, is_plain=True)
        try:
            async with aclosing(watch) as events:
                async for event in events:
                    self._take(id, text, event)
        except Exception:
            log.exception("what is written of segment %s cannot be followed", id)

    def _take(self, id: int, text: _Text, event: Event) -> None:
        if isinstance(event, Snapshot):
            text.raw, text.seq = event.open_text, event.seq
        elif isinstance(event, TextDelta):
            text.raw, text.seq = text.raw + event.text, event.seq
        else:
            return
        shown, before = unmask(text.written.masked, text.raw), text.shown
        if shown == before:
            return
        text.shown = shown
        if shown.startswith(before):
            self._tell({"segment": id, "seq": text.seq, "text": shown[len(before) :]})
        else:
            self._tell({"segment": id, "seq": text.seq, "text": shown, "restart": True})
