"""Files that are sent while they are written: a memory may have a million entries."""

from collections.abc import AsyncIterator, Iterator
from itertools import islice
from typing import cast

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.http import HttpResponse, StreamingHttpResponse

_PIECES = 500  # in one go: each costs a hop to the database's thread


def download(pieces: Iterator[bytes], *, name: str, kind: str) -> HttpResponse:
    """name: of letters, figures, full stops and hyphens; others are left out."""
    name = "".join(c for c in name if c.isascii() and (c.isalnum() or c in ".-"))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    answer = StreamingHttpResponse(_chunks(pieces), content_type=kind, headers=headers)
    # It is an HttpResponseBase, as every door may answer; views are annotated narrower.
    return cast("HttpResponse", answer)


async def _chunks(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    try:
        while chunk := await sync_to_async(_chunk)(pieces):
            yield chunk
    finally:
        # The thread's connection was the cursor's until now.
        await sync_to_async(close_old_connections)()


def _chunk(pieces: Iterator[bytes]) -> bytes:
    return b"".join(islice(pieces, _PIECES))
