"""A socket of somebody who is signed in: frames in, one handler each, and frames out.

Who is there is asked anew with each frame, once a minute, and when they are told that
their rights changed.
"""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, TypeVar

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import translation
from django.utils.translation import gettext as _

from webapp.accounts.hints import person_group
from webapp.accounts.models import User
from webapp.accounts.visitor import Visitor
from webapp.common import frames
from webapp.common.errors import ApplicationError
from webapp.common.farewell import farewell
from webapp.common.frames import Frame, FrameError
from webapp.common.redis import RedisError
from webapp.common.socket_limits import TokenBucket, socket_count

logger = logging.getLogger(__name__)

RECHECK_SECONDS = 60
SEND_SECONDS = 20  # a reader who takes nothing for so long is sent away

T = TypeVar("T")


class SignedOutError(Exception):
    """The session does not hold any more."""


class PersonSocket(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels is untyped
    """Subclasses say how frames are read and handled, and what `entered` begins."""

    person_id: uuid.UUID | None = None
    is_counted = False
    has_entered = False
    handlers: ClassVar[Mapping[type, Callable[[Any, Any], Awaitable[None]]]]

    def parse(self, data: bytes) -> Frame:
        """Raises FrameError."""
        raise NotImplementedError

    async def entered(self) -> None:
        """The person is known; nothing was sent yet."""
        raise NotImplementedError

    async def left(self) -> None:
        """The socket is closed, and had been entered."""
        raise NotImplementedError

    # Coming and going

    async def __call__(self, *connection: Any) -> None:
        """Whatever ends it, also where channels itself breaks because Redis is away:
        nothing of it stays behind."""
        try:
            await super().__call__(*connection)
        finally:
            await self.go()

    async def connect(self) -> None:
        self.visitor = Visitor(self.scope)
        self.bucket = TokenBucket()
        self.tasks: list[asyncio.Task[None]] = []
        # Accepted first: a refused handshake could not carry the reason.
        await self.accept()
        try:
            person_id = await self.in_thread(lambda person: person.pk)
        except SignedOutError:
            await self.close(frames.CLOSE_SIGNED_OUT)
            return
        if not socket_count.enter(person_id):
            await self.close(frames.CLOSE_TOO_MANY)
            return
        self.person_id = person_id
        self.is_counted = True
        await self.group_enter(person_group(person_id))
        farewell.enter(self.say_farewell)
        self.has_entered = True
        await self.entered()
        self.start(self.recheck_regularly())

    async def disconnect(self, code: int) -> None:
        await self.go()

    async def go(self) -> None:
        """Once; what needs no other server comes first."""
        if self.person_id is None or not self.is_counted:
            return
        self.is_counted = False
        socket_count.leave(self.person_id)
        farewell.leave(self.say_farewell)
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        try:
            if self.has_entered:
                await self.left()
            await self.group_leave(person_group(self.person_id))
        except RedisError as error:
            logger.warning("Redis is away; its groups forget by themselves: %s", error)

    def start(self, work: Any) -> None:
        """Beside the frames, until the socket closes."""
        self.tasks.append(asyncio.create_task(work))

    async def say_farewell(self, after: float) -> None:
        await self.send_frame({"type": "reconnect", "after": round(after, 1)})

    # Frames of the client

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None
    ) -> None:
        data = bytes_data if text_data is None else text_data.encode(errors="replace")
        if self.person_id is None or data is None:
            return
        if len(data) > frames.MAX_FRAME_BYTES:
            await self.close(frames.CLOSE_TOO_LARGE)
        elif not self.bucket.take():
            await self.close(frames.CLOSE_TOO_MANY)
        else:
            await self.take(data)

    async def take(self, data: bytes) -> None:
        ref = None
        try:
            with translation.override(self.visitor.language):
                frame = self.parse(data)
            ref = frame.ref
            await self.handlers[type(frame)](self, frame)
        except FrameError as error:
            await self.send_error(error.ref, "frame", error.message)
        except ApplicationError as error:
            await self.refuse(ref, error)
        except SignedOutError:
            await self.close(frames.CLOSE_SIGNED_OUT)
        except Exception:
            logger.exception("a frame could not be handled")
            await self.send_error(ref, "internal", self.sorry())

    # Hints of the channel layer: free of content, a lost one costs a reload at most

    async def list(self, hint: dict[str, str]) -> None:
        """The person's list of conversations changed: of no matter to most pages."""

    async def mention(self, hint: dict[str, str]) -> None:
        """Somebody named the person in a comment: told where translations are."""

    async def recheck(self, hint: dict[str, str]) -> None:
        try:
            await self.in_thread(lambda person: None)
        except SignedOutError:
            await self.close(frames.CLOSE_SIGNED_OUT)

    async def recheck_regularly(self) -> None:
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            await self.recheck({})

    # What the work of a page needs

    async def group_enter(self, group: str) -> None:
        await self.channel_layer.group_add(group, self.channel_name)

    async def group_leave(self, group: str) -> None:
        await self.channel_layer.group_discard(group, self.channel_name)

    async def in_thread(self, work: Callable[[User], T]) -> T:
        """Run `work` for the person, if they are still who they were."""

        def checked() -> T:
            person = self.visitor.identify()
            if person is None or self.person_id not in (None, person.pk):
                raise SignedOutError
            with self.visitor.manner():
                return work(person)

        # In a pool, not in the one thread that all sockets would share.
        answer: T = await database_sync_to_async(checked, thread_sensitive=False)()
        return answer

    # Out

    async def refuse(self, ref: str | None, error: ApplicationError) -> None:
        await self.send_error(ref, error.code, str(error.message))

    async def send_error(self, ref: str | None, code: str, message: str) -> None:
        await self.send_frame(
            {"type": "error", "ref": ref, "code": code, "message": message}
        )

    async def send_frame(self, frame: Mapping[str, Any]) -> None:
        await self.send_text(frames.frame_encode(frame))

    async def send_text(self, text: str) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self.send(text_data=text)
        except TimeoutError:
            await self.close(frames.CLOSE_TOO_SLOW)

    def sorry(self) -> str:
        with translation.override(self.visitor.language):
            return _("Something went wrong. Try again.")
