"""A socket that breaks leaves nothing behind: neither a count nor a task."""

import asyncio
from typing import Any

import pytest
from channels.layers import get_channel_layer

from tests.webapp.chat.socket import Socket
from webapp.accounts.models import User
from webapp.common.farewell import farewell
from webapp.common.redis import RedisError
from webapp.common.socket_limits import MAX_SOCKETS_PER_PERSON

pytestmark = pytest.mark.django_db(transaction=True)


async def fail(*_arguments: object) -> None:
    raise RedisError("away")


async def wait_broken(socket: Socket) -> None:
    with pytest.raises(RedisError):
        await socket.broken()


async def test_a_person_is_not_locked_out_by_sockets_that_could_not_begin(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setattr(get_channel_layer(), "group_add", fail)
        for _ in range(MAX_SOCKETS_PER_PERSON + 2):
            socket = await Socket.of(alice)
            assert await socket.connect()
            await wait_broken(socket)
    async with await Socket.of(alice):
        pass


async def test_a_socket_that_breaks_ends_its_tasks(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Channels waits for hints in Redis, too: where that fails, nobody tells us."""
    before = asyncio.all_tasks()
    told = len(farewell._here)
    layer: Any = get_channel_layer()
    receive = layer.receive
    is_away = asyncio.Event()

    async def break_later(channel: str) -> Any:
        waiting = asyncio.create_task(is_away.wait())
        hint = asyncio.create_task(receive(channel))
        await asyncio.wait([waiting, hint], return_when=asyncio.FIRST_COMPLETED)
        if hint.done():
            waiting.cancel()
            return hint.result()
        hint.cancel()
        raise RedisError("away")

    monkeypatch.setattr(layer, "receive", break_later)
    socket = await Socket.of(alice)
    assert await socket.connect()
    await socket.receive()
    is_away.set()
    await wait_broken(socket)
    assert len(farewell._here) == told
    left = {task for task in asyncio.all_tasks() - before if not task.done()}
    assert not [task for task in left if "recheck_regularly" in repr(task)]
