"""The chat socket: frames in, one service each; hints of others, and frames out."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any, ClassVar

from django.urls import reverse
from msgspec import UNSET

from webapp.accounts.socket import PersonSocket, SignedOutError
from webapp.chat import protocol
from webapp.chat.commands import Command, command_run
from webapp.chat.frames import models_frame
from webapp.chat.model_watch import get_model_watch
from webapp.chat.protocol import ClientFrame
from webapp.chat.services import Sent
from webapp.chat.watch import Watch
from webapp.common import frames
from webapp.common.errors import NotFoundError


class ChatConsumer(PersonSocket):
    def parse(self, data: bytes) -> ClientFrame:
        return protocol.parse_frame(data)

    async def entered(self) -> None:
        self.watch = Watch(self)
        await self.send_frame({"type": "hello", "version": protocol.VERSION})
        self.start(self.tell_models())

    async def left(self) -> None:
        await self.watch.end()

    # Frames of the client

    async def on_open(self, frame: protocol.OpenFrame) -> None:
        await self.watch.open(frame.conversation)
        if frame.leaf is not UNSET:
            self.watch.shows(frame.leaf)
        await self.send_ok(frame.ref)
        await self.watch.begin()

    async def on_close(self, frame: protocol.CloseFrame) -> None:
        await self.watch.end()
        await self.send_ok(frame.ref)

    async def on_command(self, frame: Command) -> None:
        sent = await self.in_thread(
            lambda person: command_run(person=person, frame=frame)
        )
        await self.send_ok(frame.ref, sent)
        if sent is not None:
            await self.watch.follow_sent(sent)

    async def on_resume(self, frame: protocol.ResumeFrame) -> None:
        await self.watch.resume_check(frame.generation)
        await self.send_ok(frame.ref)
        await self.watch.resume(frame.generation, frame.after)

    async def on_ping(self, frame: protocol.PingFrame) -> None:
        await self.in_thread(lambda person: None)
        await self.send_ok(frame.ref)

    handlers: ClassVar[
        Mapping[type[ClientFrame], Callable[[Any, Any], Awaitable[None]]]
    ] = {
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
            await self.watch.update()
        except NotFoundError as error:
            await self.watch.close()
            await self.send_error(None, error.code, str(error.message))
        except SignedOutError:
            await self.close(frames.CLOSE_SIGNED_OUT)

    async def list(self, hint: dict[str, str]) -> None:
        await self.send_frame({"type": "list"})

    async def tell_models(self) -> None:
        """The page may be older than what it shows of them."""
        async with aclosing(get_model_watch().follow()) as looks:
            async for offers in looks:
                await self.send_frame(
                    models_frame(offers, language=self.visitor.language)
                )

    # Out

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
