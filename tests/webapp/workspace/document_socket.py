"""A document as the pages of several people have it open."""

import asyncio
from collections.abc import Callable
from typing import Any

from tests.webapp.chat.socket import Frame, Socket, in_database
from tests.webapp.workspace.factories import segments_of
from webapp.accounts.models import User
from webapp.workspace.models import Document


async def page(person: User, document_id: object, **options: Any) -> Socket:
    return await Socket.of(person, path=f"/ws/workspace/{document_id}/", **options)


async def ids_of(document: Document) -> list[int]:
    segments = await in_database(lambda: segments_of(document))
    return [segment.pk for segment in segments]


async def row_with(socket: Socket, segment: int, **fields: Any) -> Frame:
    """The next row of this segment with these fields."""
    async with asyncio.timeout(30):
        while True:
            frame = await socket.until("rows")
            for row in frame["rows"]:
                if row["id"] == segment and fields.items() <= row.items():
                    return row  # type: ignore[no-any-return]


async def until(socket: Socket, kind: str, test: Callable[[Frame], bool]) -> Frame:
    async with asyncio.timeout(30):
        while True:
            frame = await socket.until(kind)
            if test(frame):
                return frame
