"""Help that one socket asks for: the newest request of a kind is answered alone."""

import asyncio
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Coroutine,
    Mapping,
    Sequence,
)
from contextlib import aclosing
from typing import Any, Protocol, TypeVar

from channels.db import database_sync_to_async
from django.utils import translation

from webapp.accounts.models import User
from webapp.accounts.socket import SignedOutError
from webapp.accounts.visitor import Visitor
from webapp.common.errors import ApplicationError
from webapp.generation.events import Event, Failed, Finished, Snapshot, TextDelta
from webapp.generation.hub import get_hub
from webapp.generation.models import Generation
from webapp.generation.services import generation_cancel
from webapp.generation.words import error_message
from webapp.workspace.live.unmask import unmask
from webapp.workspace.machine.alternatives import (
    alternatives_read,
    alternatives_start,
)
from webapp.workspace.machine.completion import Started, completion_start
from webapp.workspace.models import Document
from webapp.workspace.protocol import (
    Alternatives,
    AlternativesFrame,
    CompleteFrame,
    Completion,
)

T = TypeVar("T")


class Asker(Protocol):
    visitor: Visitor

    async def with_document(self, work: Callable[[User, Document], T]) -> T: ...

    async def send_frame(self, frame: Mapping[str, Any]) -> None: ...


class _Newest:
    """One task at a time: a newer one ends the one before."""

    def __init__(self, asker: Asker) -> None:
        self.asker = asker
        self._task: asyncio.Task[None] | None = None
        self._ending: set[asyncio.Task[None]] = set()

    def replace(self, work: Coroutine[Any, Any, None]) -> None:
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.create_task(work)
        self._ending.add(self._task)
        self._task.add_done_callback(self._ending.discard)

    async def end(self) -> None:
        if self._task is not None:
            self._task.cancel()
        await asyncio.gather(*self._ending, return_exceptions=True)

    async def answer(
        self,
        start: Callable[[User, Document], Started],
        follow: Callable[[Started], Awaitable[None]],
        refuse: Callable[[str], Awaitable[None]],
    ) -> None:
        """What was started and is not followed to its end is cancelled."""
        starting = asyncio.create_task(self.asker.with_document(start))
        is_over = False
        try:
            await follow(await asyncio.shield(starting))
            is_over = True
        except ApplicationError as error:
            is_over = True
            await refuse(str(error.message))
        except SignedOutError:
            is_over = True  # the next frame closes the socket
        finally:
            if not is_over:
                await _cancel((await starting).generation)

    def words(self, event: Failed) -> str:
        with translation.override(self.asker.visitor.language):
            return error_message(event.code, event.params)


class Completing(_Newest):
    def __init__(self, asker: Asker) -> None:
        super().__init__(asker)
        self._number = -1

    def begin(self, frame: CompleteFrame) -> None:
        """A number that is no newer is dropped."""
        if frame.number > self._number:
            self._number = frame.number
            self.replace(self._complete(frame))

    async def _complete(self, frame: CompleteFrame) -> None:
        await self.answer(
            lambda person, document: completion_start(
                person=person,
                document=document,
                segment_id=frame.segment,
                prefix=frame.prefix,
            ),
            lambda started: self._follow(frame, started),
            lambda words: self._send(frame, "", error=words, done=True),
        )

    async def _follow(self, frame: CompleteFrame, started: Started) -> None:
        raw = ""
        async for event in _events(started):
            raw = _read(raw, event)
            text = unmask(started.masked, raw).removeprefix(started.masked.head)
            if isinstance(event, Failed):
                await self._send(frame, text, error=self.words(event), done=True)
            elif isinstance(event, Finished):
                await self._send(frame, text, done=True)
            elif text:
                await self._send(frame, text)

    async def _send(
        self, frame: CompleteFrame, text: str, *, done: bool = False, error: str = ""
    ) -> None:
        if frame.number != self._number:
            return  # it comes late
        answer: Completion = {
            "type": "completion",
            "segment": frame.segment,
            "number": frame.number,
            "text": text,
            "done": done,
        }
        if error:
            answer["error"] = error
        await self.asker.send_frame(answer)


class Offering(_Newest):
    """The best translations of one segment."""

    def begin(self, frame: AlternativesFrame) -> None:
        self.replace(self._offer(frame.segment))

    async def _offer(self, segment: int) -> None:
        await self.answer(
            lambda person, document: alternatives_start(
                person=person, document=document, segment_id=segment
            ),
            lambda started: self._follow(segment, started),
            lambda words: self._send(segment, [], error=words),
        )

    async def _follow(self, segment: int, started: Started) -> None:
        async for event in _events(started):
            if isinstance(event, Failed):
                await self._send(segment, [], error=self.words(event))
            elif isinstance(event, Finished):
                texts = await database_sync_to_async(
                    alternatives_read, thread_sensitive=False
                )(generation=started.generation, masked=started.masked)
                await self._send(segment, texts)

    async def _send(
        self, segment: int, texts: Sequence[str], *, error: str = ""
    ) -> None:
        answer: Alternatives = {
            "type": "alternatives",
            "segment": segment,
            "texts": list(texts),
        }
        if error:
            answer["error"] = error
        await self.asker.send_frame(answer)


async def _events(started: Started) -> AsyncGenerator[Event, None]:
    watch = get_hub().watch(str(started.generation.pk), is_plain=True)
    async with aclosing(watch) as events:
        async for event in events:
            yield event


def _read(raw: str, event: Event) -> str:
    if isinstance(event, Snapshot):
        return event.open_text
    return raw + event.text if isinstance(event, TextDelta) else raw


async def _cancel(generation: Generation) -> None:
    await database_sync_to_async(generation_cancel, thread_sensitive=False)(
        generation=generation
    )
