"""The conversation that is open on a page: what changes of it is sent there."""

import uuid
from collections.abc import Callable
from typing import Protocol, TypeVar

from channels.db import database_sync_to_async
from django.utils.translation import gettext as _

from webapp.accounts.models import User
from webapp.accounts.visitor import Visitor
from webapp.chat.answers import Answers
from webapp.chat.frames import foot_render, frame_of
from webapp.chat.hints import conversation_group
from webapp.chat.log_view import LogChange, LogView, log_read
from webapp.chat.protocol import ServerFrame
from webapp.chat.selectors import conversation_get, generation_get
from webapp.chat.services import Sent
from webapp.common.errors import ApplicationError
from webapp.generation.events import Event, Failed, Finished

T = TypeVar("T")


class Reader(Protocol):
    """Who watches, at the other end of a socket."""

    visitor: Visitor

    async def in_thread(self, work: Callable[[User], T]) -> T:
        """Run `work` for the person; raises what says that it is not theirs."""

    async def send_frame(self, frame: ServerFrame) -> None: ...

    async def group_enter(self, group: str) -> None:
        """Hear the hints of this group from now on."""

    async def group_leave(self, group: str) -> None: ...


class Watch:
    """One conversation at a time, and the answers of it that are being written."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._view: LogView | None = None
        self._answers = Answers(self._deliver)

    async def open(self, conversation_id: uuid.UUID) -> None:
        """Hear of its changes from now on; the page shows it as it is."""
        await self._reader.in_thread(
            lambda person: (
                conversation_get(person=person, conversation_id=conversation_id).pk
            )
        )
        await self.close()
        # Listen first, then read: nothing changes unseen between the two.
        await self._reader.group_enter(conversation_group(conversation_id))
        self._view = (await self._read(conversation_id, None)).view
        await self._answers.keep_only(self._view.generations)

    def shows(self, leaf_id: uuid.UUID | None) -> None:
        """The page says which message it shows last: if another one, it lacks all."""
        assert self._view is not None
        if leaf_id != self._view.leaf_id:
            self._view = LogView(self._view.conversation_id)

    async def begin(self) -> None:
        """Send what the page lacks, or what is being written of what it has."""
        assert self._view is not None
        if not self._view.signatures:
            await self.update()
            return
        for generation_id in self._view.running:
            await self._answers.follow(generation_id)

    async def close(self) -> None:
        """Hear of no change any more; answers go on to their end."""
        if self._view is not None:
            group = conversation_group(self._view.conversation_id)
            self._view = None
            await self._reader.group_leave(group)

    async def end(self) -> None:
        await self._answers.keep_only(())
        await self.close()

    async def update(self) -> None:
        """Send what differs from what the page shows, and follow what is running."""
        if self._view is None:
            return
        change = await self._read(self._view.conversation_id, self._view.signatures)
        self._view = change.view
        if change.html is not None:
            await self._answers.leave(change.rewritten)
            await self._reader.send_frame(
                {
                    "type": "messages",
                    "conversation": str(change.view.conversation_id),
                    "leaf": _text(change.view.leaf_id),
                    "parent": _text(change.parent_id),
                    "html": change.html,
                }
            )
        await self._answers.keep_only(change.view.generations)
        for generation_id in change.view.running:
            if not self._answers.is_followed(generation_id):
                await self._answers.follow(generation_id)

    async def follow_sent(self, sent: Sent) -> None:
        """What this page asked for, in this conversation or in a new one."""
        if self._view is None or self._view.conversation_id != sent.conversation.pk:
            # A new conversation: the page follows it from its first message on.
            await self.open(sent.conversation.pk)
            self._view = LogView(sent.conversation.pk)
        await self.update()
        if sent.generation.pk not in self._view.running:
            # It has ended already; who asked hears of its end all the same.
            await self._answers.follow(sent.generation.pk)

    async def resume_check(self, generation_id: uuid.UUID) -> None:
        """Raises ApplicationError when it may not be followed here."""

        def check(person: User) -> None:
            generation_get(person=person, generation_id=generation_id)
            if self._answers.is_full and not self._answers.is_followed(generation_id):
                raise ApplicationError(
                    _("Something went wrong. Try again."), code="too_many"
                )

        await self._reader.in_thread(check)

    async def resume(self, generation_id: uuid.UUID, after: int) -> None:
        # While it is followed here, where the page stands is not known exactly.
        is_unknown = after < 0 or self._answers.is_followed(generation_id)
        await self._answers.follow(generation_id, None if is_unknown else after)

    async def _read(
        self, conversation_id: uuid.UUID, shown: tuple[tuple[object, ...], ...] | None
    ) -> LogChange:
        return await self._reader.in_thread(
            lambda person: log_read(
                person=person,
                conversation_id=conversation_id,
                shown=shown,
            )
        )

    async def _deliver(self, event: Event) -> None:
        foot = ""
        visitor = self._reader.visitor
        if isinstance(event, Finished | Failed):
            generation_id = uuid.UUID(event.generation_id)

            def render() -> str:
                with visitor.manner():
                    return foot_render(generation_id=generation_id)

            foot = await database_sync_to_async(render, thread_sensitive=False)()
        frame = frame_of(event, language=visitor.language, foot=foot)
        await self._reader.send_frame(frame)


def _text(id: uuid.UUID | None) -> str | None:
    return str(id) if id else None
