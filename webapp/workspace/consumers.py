"""The socket of a document: frames in, one service each; the feed's frames out."""

import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, TypeVar

from webapp.accounts.models import User
from webapp.accounts.socket import PersonSocket, SignedOutError
from webapp.common import frames
from webapp.common.errors import ApplicationError
from webapp.workspace import protocol
from webapp.workspace.commands import (
    Command,
    Talk,
    command_run,
    focus_run,
    next_run,
    talk_run,
)
from webapp.workspace.live.feed import get_feeds
from webapp.workspace.live.listener import Listener
from webapp.workspace.live.place import Place
from webapp.workspace.machine.completing import Completing, Offering
from webapp.workspace.models import Document
from webapp.workspace.permissions import actions_of, role_in
from webapp.workspace.protocol import ClientFrame
from webapp.workspace.row_types import Row
from webapp.workspace.rows import person_row, row_of
from webapp.workspace.selectors import document_get_ready
from webapp.workspace.services.locks import HeldError, segment_unlock_all
from webapp.workspace.services.writing import ConflictError

T = TypeVar("T")


class WorkspaceConsumer(PersonSocket):
    listener: Listener | None = None  # until the document is known to be theirs

    def parse(self, data: bytes) -> ClientFrame:
        return protocol.parse_frame(data)

    # Coming and going

    async def entered(self) -> None:
        self.document_id: uuid.UUID = self.scope["url_route"]["kwargs"]["document_id"]
        self.completing, self.offering = Completing(self), Offering(self)
        try:
            person, document, may = await self.with_document(_introduce)
        except ApplicationError as error:
            await self.refuse(None, error)
            await self.close(frames.CLOSE_NOT_FOUND)
            return
        self.place = Place(self.document_id, person)
        self.listener = Listener(self.visitor.language)
        self.feed = get_feeds().enter(
            self.document_id, self.listener, change=document.change
        )
        await self.send_frame(
            {
                "type": "hello",
                "version": protocol.VERSION,
                "document": str(self.document_id),
                "change": self.feed.change,
                "person": person_row(person),
                "may": may,
            }
        )
        await self.place.tell()
        self.start(self.forward(self.listener))
        self.start(self.place.tell_regularly())

    async def left(self) -> None:
        await self.completing.end()
        await self.offering.end()
        if self.listener is None:
            return
        await get_feeds().leave(self.document_id, self.listener)
        if not await self.place.leave():
            # What nobody has in hand any more is free at once.
            await self.quietly(segment_unlock_all)

    async def forward(self, listener: Listener) -> None:
        while True:
            await self.send_text(await listener.next())

    async def recheck(self, hint: dict[str, str]) -> None:
        """Also whether the document is theirs still."""
        try:
            await self.with_document(lambda person, document: None)
        except ApplicationError:
            await self.close(frames.CLOSE_NOT_FOUND)
        except SignedOutError:
            await self.close(frames.CLOSE_SIGNED_OUT)

    async def mention(self, hint: dict[str, str]) -> None:
        await self.send_frame({"type": "mention"})

    # Frames of the client

    async def on_view(self, frame: protocol.ViewFrame) -> None:
        if self.listener is not None:
            await self.place.see(tuple(frame.segments))
            await self.feed.view(self.listener, frozenset(frame.segments))
        await self.send_ok(frame.ref)

    async def on_focus(self, frame: protocol.FocusFrame) -> None:
        await self.with_document(
            lambda person, document: focus_run(
                person=person, document=document, frame=frame
            )
        )
        await self.move(frame.segment)
        await self.send_ok(frame.ref)

    async def on_next(self, frame: protocol.NextFrame) -> None:
        segment = await self.with_document(
            lambda person, document: next_run(
                person=person, document=document, frame=frame
            )
        )
        await self.move(segment)
        await self.send_frame({"type": "ok", "ref": frame.ref, "segment": segment})

    async def on_command(self, frame: Command) -> None:
        def run(person: User, document: Document) -> Row:
            return row_of(command_run(person=person, document=document, frame=frame))

        row = await self.with_document(run)
        await self.send_frame({"type": "ok", "ref": frame.ref, "row": row})

    async def on_talk(self, frame: Talk) -> None:
        await self.with_document(
            lambda person, document: talk_run(
                person=person, document=document, frame=frame
            )
        )
        await self.send_ok(frame.ref)

    async def on_complete(self, frame: protocol.CompleteFrame) -> None:
        self.completing.begin(frame)
        await self.send_ok(frame.ref)

    async def on_alternatives(self, frame: protocol.AlternativesFrame) -> None:
        self.offering.begin(frame)
        await self.send_ok(frame.ref)

    async def on_ping(self, frame: protocol.PingFrame) -> None:
        await self.with_document(lambda person, document: None)
        await self.send_ok(frame.ref)

    handlers: ClassVar[
        Mapping[type[ClientFrame], Callable[[Any, Any], Awaitable[None]]]
    ] = {
        protocol.ViewFrame: on_view,
        protocol.FocusFrame: on_focus,
        protocol.NextFrame: on_next,
        protocol.EditFrame: on_command,
        protocol.AcceptFrame: on_command,
        protocol.ApproveFrame: on_command,
        protocol.RejectFrame: on_command,
        protocol.RestoreFrame: on_command,
        protocol.DismissFrame: on_command,
        protocol.CommentFrame: on_talk,
        protocol.ResolveFrame: on_talk,
        protocol.CompleteFrame: on_complete,
        protocol.AlternativesFrame: on_alternatives,
        protocol.PingFrame: on_ping,
    }

    # The document, as its reader may see it now

    async def with_document(self, work: Callable[[User, Document], T]) -> T:
        """Run `work`, if the document is still theirs to read. Raises NotFoundError."""
        return await self.in_thread(
            lambda person: work(
                person, document_get_ready(person=person, document_id=self.document_id)
            )
        )

    async def quietly(self, work: Callable[..., None]) -> None:
        """As the last thing, whatever has become of the person or the document."""
        try:
            await self.with_document(
                lambda person, document: work(person=person, document=document)
            )
        except (ApplicationError, SignedOutError):
            return

    async def move(self, segment: int | None) -> None:
        self.place.segment = segment
        await self.place.tell()

    # Out

    async def send_ok(self, ref: str | None) -> None:
        await self.send_frame({"type": "ok", "ref": ref})

    async def refuse(self, ref: str | None, error: ApplicationError) -> None:
        frame: dict[str, Any] = {
            "type": "error",
            "ref": ref,
            "code": error.code,
            "message": str(error.message),
        }
        if isinstance(error, ConflictError):
            frame["conflict"] = {
                "base": error.base,
                "theirs": error.theirs,
                "version": error.version,
                "person": person_row(error.person),
            }
        elif isinstance(error, HeldError):
            frame["holder"] = person_row(error.holder)
        await self.send_frame(frame)


def _introduce(person: User, document: Document) -> tuple[User, Document, list[str]]:
    role = role_in(person=person, project=document.project)
    return person, document, actions_of(role or "")
