"""The chat socket: frames in, one service each; hints and answers out."""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from msgspec import UNSET

from webapp.accounts.models import User
from webapp.chat import protocol
from webapp.chat.answers import Answers
from webapp.chat.commands import Command, command_run
from webapp.chat.farewell import farewell
from webapp.chat.frames import foot_render, frame_of
from webapp.chat.hints import conversation_group, person_group
from webapp.chat.limits import TokenBucket, socket_count
from webapp.chat.log_view import LogChange, LogView, log_read
from webapp.chat.protocol import ClientFrame, FrameError, ServerFrame
from webapp.chat.selectors import conversation_get, generation_get
from webapp.chat.services import Sent
from webapp.chat.visitor import Visitor
from webapp.common.errors import ApplicationError, NotFoundError
from webapp.generation.events import Event, Failed, Finished

logger = logging.getLogger(__name__)

RECHECK_SECONDS = 60
SEND_SECONDS = 20  # a reader who takes nothing for so long is sent away

T = TypeVar("T")


class SignedOutError(Exception):
    """The session does not hold any more."""


class ChatConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels is untyped
    person_id: uuid.UUID | None = None
    view: LogView | None = None  # of the conversation that is open

    # Coming and going

    async def connect(self) -> None:
        self.visitor = Visitor(self.scope)
        self.bucket = TokenBucket()
        self.answers = Answers(self.deliver)
        self.recheck_task: asyncio.Task[None] | None = None
        # Accepted first: a refused handshake could not carry the reason.
        await self.accept()
        try:
            person_id = await self.in_thread(lambda person: person.pk)
        except SignedOutError:
            await self.close(protocol.CLOSE_SIGNED_OUT)
            return
        if not socket_count.enter(person_id):
            await self.close(protocol.CLOSE_TOO_MANY)
            return
        self.person_id = person_id
        await self.channel_layer.group_add(person_group(person_id), self.channel_name)
        self.recheck_task = asyncio.create_task(self.recheck_regularly())
        farewell.enter(self.say_farewell)
        await self.send_frame({"type": "hello", "version": protocol.VERSION})

    async def disconnect(self, code: int) -> None:
        if self.person_id is None:
            return
        socket_count.leave(self.person_id)
        farewell.leave(self.say_farewell)
        if self.recheck_task:
            self.recheck_task.cancel()
        await self.answers.keep_only(())
        await self.watch_none()
        group = person_group(self.person_id)
        await self.channel_layer.group_discard(group, self.channel_name)

    async def say_farewell(self, after: float) -> None:
        await self.send_frame({"type": "reconnect", "after": round(after, 1)})

    # Frames of the client

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None
    ) -> None:
        data = bytes_data if text_data is None else text_data.encode(errors="replace")
        if self.person_id is None or data is None:
            return
        if len(data) > protocol.MAX_FRAME_BYTES:
            await self.close(protocol.CLOSE_TOO_LARGE)
        elif not self.bucket.take():
            await self.close(protocol.CLOSE_TOO_MANY)
        else:
            await self.take(data)

    async def take(self, data: bytes) -> None:
        ref = None
        try:
            with translation.override(self.visitor.language):
                frame = protocol.parse_frame(data)
            ref = frame.ref
            await self.handlers[type(frame)](self, frame)
        except FrameError as error:
            await self.send_error(error.ref, "frame", error.message)
        except ApplicationError as error:
            await self.send_error(ref, error.code, str(error.message))
        except SignedOutError:
            await self.close(protocol.CLOSE_SIGNED_OUT)
        except Exception:
            logger.exception("a frame could not be handled")
            await self.send_error(ref, "internal", self.sorry())

    async def on_open(self, frame: protocol.OpenFrame) -> None:
        await self.watch(frame.conversation)
        assert self.view is not None
        if frame.leaf is not UNSET and frame.leaf != self.view.leaf_id:
            self.view = LogView(frame.conversation)
        await self.send_ok(frame.ref)
        if self.view.signatures:
            await self.follow_running()
        else:
            await self.update()

    async def on_close(self, frame: protocol.CloseFrame) -> None:
        await self.watch_none()
        await self.answers.keep_only(())
        await self.send_ok(frame.ref)

    async def on_command(self, frame: Command) -> None:
        sent = await self.in_thread(
            lambda person: command_run(person=person, frame=frame)
        )
        await self.send_ok(frame.ref, sent)
        if sent is None:
            return
        if self.view is None or self.view.conversation_id != sent.conversation.pk:
            # A new conversation: the page follows it from its first message on.
            await self.watch(sent.conversation.pk)
            self.view = LogView(sent.conversation.pk)
        await self.update()
        if sent.generation.pk not in self.view.running:
            # It has ended already; who asked hears of its end all the same.
            await self.answers.follow(sent.generation.pk)

    async def on_resume(self, frame: protocol.ResumeFrame) -> None:
        await self.in_thread(
            lambda person: (
                generation_get(person=person, generation_id=frame.generation).pk
            )
        )
        is_followed = self.answers.is_followed(frame.generation)
        if self.answers.is_full and not is_followed:
            raise ApplicationError(self.sorry(), code="too_many")
        await self.send_ok(frame.ref)
        # While it is followed here, where the page stands is not known exactly.
        after = None if is_followed or frame.after < 0 else frame.after
        await self.answers.follow(frame.generation, after)

    async def on_ping(self, frame: protocol.PingFrame) -> None:
        await self.in_thread(lambda person: None)
        await self.send_ok(frame.ref)

    handlers: dict[type[ClientFrame], Callable[[Any, Any], Awaitable[None]]] = {
        protocol.OpenFrame: on_open,
        protocol.CloseFrame: on_close,
        protocol.SendFrame: on_command,
        protocol.RegenerateFrame: on_command,
        protocol.ContinueFrame: on_command,
        protocol.StopFrame: on_command,
        protocol.ResumeFrame: on_resume,
        protocol.PingFrame: on_ping,
    }

    # Hints of the channel layer: free of content, a lost one costs a reload at most

    async def changed(self, hint: dict[str, str]) -> None:
        try:
            await self.update()
        except NotFoundError as error:
            await self.watch_none()
            await self.send_error(None, error.code, str(error.message))
        except SignedOutError:
            await self.close(protocol.CLOSE_SIGNED_OUT)

    async def list(self, hint: dict[str, str]) -> None:
        await self.send_frame({"type": "list"})

    async def recheck(self, hint: dict[str, str]) -> None:
        try:
            await self.in_thread(lambda person: None)
        except SignedOutError:
            await self.close(protocol.CLOSE_SIGNED_OUT)

    async def recheck_regularly(self) -> None:
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            await self.recheck({})

    # The open conversation

    async def watch(self, conversation_id: uuid.UUID) -> None:
        """Hear of its changes from now on; the page shows it as it is."""
        await self.in_thread(
            lambda person: (
                conversation_get(person=person, conversation_id=conversation_id).pk
            )
        )
        await self.watch_none()
        group = conversation_group(conversation_id)
        # Listen first, then read: nothing changes unseen between the two.
        await self.channel_layer.group_add(group, self.channel_name)
        self.view = (await self.read(conversation_id, None)).view
        await self.answers.keep_only(self.view.generations)

    async def watch_none(self) -> None:
        if self.view is not None:
            group = conversation_group(self.view.conversation_id)
            self.view = None
            await self.channel_layer.group_discard(group, self.channel_name)

    async def update(self) -> None:
        """Send what differs from what the page shows, and follow what is running."""
        if self.view is None:
            return
        change = await self.read(self.view.conversation_id, self.view.signatures)
        self.view = change.view
        if change.html is not None:
            await self.answers.leave(change.rewritten)
            await self.send_frame(
                {
                    "type": "messages",
                    "conversation": str(change.view.conversation_id),
                    "leaf": _text(change.view.leaf_id),
                    "parent": _text(change.parent_id),
                    "html": change.html,
                }
            )
        await self.answers.keep_only(change.view.generations)
        for generation_id in change.view.running:
            if not self.answers.is_followed(generation_id):
                await self.answers.follow(generation_id)

    async def follow_running(self) -> None:
        assert self.view is not None
        for generation_id in self.view.running:
            await self.answers.follow(generation_id)

    async def read(
        self, conversation_id: uuid.UUID, shown: tuple[tuple[object, ...], ...] | None
    ) -> LogChange:
        return await self.in_thread(
            lambda person: log_read(
                person=person,
                conversation_id=conversation_id,
                language=self.visitor.language,
                shown=shown,
            )
        )

    async def deliver(self, event: Event) -> None:
        foot = ""
        if isinstance(event, Finished | Failed):
            render = partial(foot_render, language=self.visitor.language)
            foot = await database_sync_to_async(render, thread_sensitive=False)(
                generation_id=uuid.UUID(event.generation_id)
            )
        await self.send_frame(
            frame_of(event, language=self.visitor.language, foot=foot)
        )

    # Out

    async def in_thread(self, work: Callable[[User], T]) -> T:
        """Run `work` for the person, if they are still who they were."""

        def checked() -> T:
            person = self.visitor.identify()
            if person is None or self.person_id not in (None, person.pk):
                raise SignedOutError
            with translation.override(self.visitor.language):
                return work(person)

        # In a pool, not in the one thread that all sockets would share.
        answer: T = await database_sync_to_async(checked, thread_sensitive=False)()
        return answer

    async def send_ok(self, ref: str | None, sent: Sent | None = None) -> None:
        if sent is None:
            await self.send_frame({"type": "ok", "ref": ref})
            return
        conversation_id = sent.conversation.pk
        await self.send_frame(
            {
                "type": "ok",
                "ref": ref,
                "conversation": str(conversation_id),
                "url": reverse("chat_conversation", args=[conversation_id]),
                "message": str(sent.message.pk),
                "generation": str(sent.generation.pk),
            }
        )

    async def send_error(self, ref: str | None, code: str, message: str) -> None:
        await self.send_frame(
            {"type": "error", "ref": ref, "code": code, "message": message}
        )

    async def send_frame(self, frame: ServerFrame) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self.send(text_data=protocol.encode(frame))
        except TimeoutError:
            await self.close(protocol.CLOSE_TOO_SLOW)

    def sorry(self) -> str:
        with translation.override(self.visitor.language):
            return _("Something went wrong. Try again.")


def _text(id: uuid.UUID | None) -> str | None:
    return str(id) if id else None
