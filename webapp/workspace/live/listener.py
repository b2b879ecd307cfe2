"""One page at the other end of a socket, as the feed of its document knows it."""

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Any

from webapp.common.frames import frame_encode

MOST_WAITING = 256  # frames; a page that is slower reads anew what it shows


class Listener:
    """What it does not take in time costs it a reload, never memory."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.view: frozenset[int] = frozenset()
        self._frames: deque[str] = deque()
        self._arrived = asyncio.Event()

    def put(self, frame: Mapping[str, Any]) -> None:
        self.put_text(frame_encode(frame))

    def put_text(self, text: str) -> None:
        if len(self._frames) >= MOST_WAITING:
            self._frames.clear()
            text = frame_encode({"type": "reload"})
        self._frames.append(text)
        self._arrived.set()

    async def next(self) -> str:
        while not self._frames:
            self._arrived.clear()
            await self._arrived.wait()
        return self._frames.popleft()
