"""Where one page is in its document, told to the others while it is open."""

import asyncio
import uuid
from collections.abc import Callable
from typing import TypeVar

from channels.db import database_sync_to_async

from webapp.accounts.models import User
from webapp.workspace.hints import presence_changed
from webapp.workspace.live.here import here_end, here_list, here_set

TELL_SECONDS = 20.0

T = TypeVar("T")


class Place:
    def __init__(self, document_id: uuid.UUID, person: User) -> None:
        self.segment: int | None = None
        self.view: tuple[int, ...] = ()
        self._document_id = document_id
        self._person = person
        self._socket_id = uuid.uuid4().hex

    async def tell(self) -> None:
        await self._in_thread(self._tell)

    async def see(self, view: tuple[int, ...]) -> None:
        """Other pages need not hear of it: it only says what is to be done first."""
        self.view = view
        await self._in_thread(self._set)

    async def tell_regularly(self) -> None:
        """Who is silent is forgotten."""
        while True:
            await asyncio.sleep(TELL_SECONDS)
            await self.tell()

    async def leave(self) -> bool:
        """Whether another page of theirs is still there."""
        return await self._in_thread(self._leave)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        # A hint asks the database whether a transaction is open: give it back after.
        answer: T = await database_sync_to_async(work, thread_sensitive=False)()
        return answer

    def _tell(self) -> None:
        self._set()
        presence_changed(self._document_id)

    def _set(self) -> None:
        here_set(
            document_id=self._document_id,
            socket_id=self._socket_id,
            person_id=self._person.pk,
            name=str(self._person),
            segment=self.segment,
            view=self.view,
        )

    def _leave(self) -> bool:
        here_end(document_id=self._document_id, socket_id=self._socket_id)
        presence_changed(self._document_id)
        person_id = str(self._person.pk)
        others = here_list(document_id=self._document_id)
        return any(here.person_id == person_id for here in others)
