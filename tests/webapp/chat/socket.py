"""A page's socket, as the product serves it: the whole ASGI application."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from typing import Any, Self, TypeVar

from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from django.conf import settings
from django.test import Client

from webapp.accounts.models import User
from webapp.asgi import application

Frame = dict[str, Any]
_ApplicationCommunicator: Any = ApplicationCommunicator  # it has no annotations
T = TypeVar("T")
SECONDS = 30  # for anything, on a busy machine

OWN_ORIGIN = settings.ALLOWED_ORIGINS[0]


class Closed(Exception):  # an event, not an error
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def cookie_of(client: Client) -> str:
    return f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}"


async def in_database(work: Callable[[], T]) -> T:
    answer: T = await database_sync_to_async(work, thread_sensitive=False)()
    return answer


async def sign_in(person: User) -> Client:
    client = Client()
    await in_database(lambda: client.force_login(person))
    return client


class Socket:
    """Use as a context: async with Socket(cookie) as socket."""

    def __init__(
        self,
        cookie: str = "",
        *,
        path: str = "/ws/chat/",
        origin: str | None = OWN_ORIGIN,
        language: str = "en",
    ) -> None:
        headers = [
            (b"cookie", cookie.encode()),
            (b"accept-language", language.encode()),
        ]
        if origin is not None:
            headers.append((b"origin", origin.encode()))
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": b"",
            "headers": headers,
            "subprotocols": [],
        }
        # channels' own communicator drags in a web server that we do not use.
        self._communicator: Any = _ApplicationCommunicator(application, scope)
        self.frames: list[Frame] = []  # all that came, in order
        self.models: list[Frame] = []
        self._passed: deque[Frame] = deque()  # came before an answer; not read yet
        self._refs = 0

    @classmethod
    async def of(cls, person: User, **options: Any) -> "Socket":
        client = await sign_in(person)
        return cls(await in_database(lambda: cookie_of(client)), **options)

    async def connect(self) -> bool:
        """False: the handshake was refused."""
        await self._communicator.send_input({"type": "websocket.connect"})
        answer = await self._communicator.receive_output(timeout=SECONDS)
        return bool(answer["type"] == "websocket.accept")

    async def __aenter__(self) -> Self:
        assert await self.connect()
        assert (await self.receive())["type"] == "hello"
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._communicator.send_input(
            {"type": "websocket.disconnect", "code": 1001}
        )
        await self._communicator.wait(timeout=SECONDS)

    async def send_raw(self, data: str | bytes) -> None:
        kind = "text" if isinstance(data, str) else "bytes"
        await self._communicator.send_input({"type": "websocket.receive", kind: data})

    async def send(self, frame: Frame) -> None:
        await self.send_raw(json.dumps(frame))

    async def receive(self) -> Frame:
        """The next frame. Raises Closed. Those of models come at any time, and lie in
        `models`."""
        return self._passed.popleft() if self._passed else await self._next()

    async def _next(self) -> Frame:
        while True:
            frame = await self._receive()
            if frame["type"] != "models":
                self.frames.append(frame)
                return frame

    async def until_models(self, *labels: str) -> Frame:
        """The frame of models with these labels, whether it came already or not."""
        async with asyncio.timeout(SECONDS):
            while not self.models or _labels(self.models[-1]) != list(labels):
                await self._receive()
        return self.models[-1]

    async def _receive(self) -> Frame:
        message = await self._communicator.receive_output(timeout=SECONDS)
        if message["type"] == "websocket.close":
            raise Closed(message["code"])
        frame: Frame = json.loads(message["text"])
        if frame["type"] == "models":
            self.models.append(frame)
        return frame

    async def until(self, kind: str, **fields: Any) -> Frame:
        """The next frame of this type, with these fields."""
        async with asyncio.timeout(SECONDS):
            while True:
                frame = await self.receive()
                if frame["type"] == kind and fields.items() <= frame.items():
                    return frame

    async def ask(self, kind: str, **fields: Any) -> Frame:
        """The answer to a frame: ok or error.

        What the frame does may be heard of before its answer: those are read next.
        """
        self._refs += 1
        ref = str(self._refs)
        await self.send({"type": kind, "ref": ref, **fields})
        async with asyncio.timeout(SECONDS):
            while True:
                frame = await self._next()
                if frame.get("ref") == ref:
                    return frame
                self._passed.append(frame)

    async def broken(self) -> None:
        """Raises what the application broke by."""
        await self._communicator.wait(timeout=SECONDS)

    async def closed(self) -> int:
        """The code with which the server closes it, whatever it says before."""
        try:
            async with asyncio.timeout(SECONDS):
                while True:
                    await self.receive()
        except Closed as closed:
            return closed.code


def _labels(frame: Frame) -> list[str]:
    return [model["label"] for model in frame["models"]]


def shown(frames: list[Frame], generation: str) -> str:
    """The text of an answer that has ended, as a page builds it: HTML of its blocks."""
    blocks: list[str] = []
    open_text = ""
    seq = 0
    for frame in frames:
        if frame.get("generation") != generation or "seq" not in frame:
            continue
        assert frame["seq"] >= seq or frame["type"] == "snapshot"
        seq = frame["seq"]
        if frame["type"] == "snapshot":
            blocks, open_text = list(frame["blocks"]), frame["open"]
        elif frame["type"] == "delta":
            open_text += frame["text"]
        elif frame["type"] == "block":
            assert frame["index"] == len(blocks)
            assert len(open_text) >= frame["length"]
            blocks.append(frame["html"])
            open_text = open_text[frame["length"] :]
    assert open_text == ""
    return "".join(blocks)
