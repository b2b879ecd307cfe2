"""What a watcher receives, joined, is what is stored; whatever happens to Redis."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from channels.db import database_sync_to_async
from pytest_django import Settings

from tests.webapp.generation.factories import (
    GenerationFactory,
    lost_make,
    running_make,
)
from tests.webapp.generation.reader import Reader
from webapp.common.errors import NotFoundError
from webapp.common.ids import new_id
from webapp.common.redis import redis_client
from webapp.generation import reconciler
from webapp.generation.events import Failed, Finished, Snapshot, StateChanged
from webapp.generation.hub import get_hub
from webapp.generation.models import Generation
from webapp.generation.services import (
    Checkpoint,
    Ending,
    checkpoints_save,
    generation_end,
)
from webapp.generation.token_log import Entry, Part, token_log_append, token_log_open

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = [f"word{number} " for number in range(1, 31)]


class Writer:
    """Does what a worker does, one step at a time."""

    def __init__(self) -> None:
        self.row = running_make()
        self.id = str(self.row.id)
        self.seq = 0
        token_log_open(generation_id=self.id, epoch=1)

    def stream(self, count: int) -> None:
        for _ in range(count):
            self.seq += 1
            word = WORDS[self.seq - 1]
            token_log_append([Part(self.id, 1, [self.seq], self.seq, word)])

    def save(self) -> None:
        ids = list(range(1, self.seq + 1))
        checkpoints_save(checkpoints=[Checkpoint(self.row.id, 1, self.text, ids, None)])

    def finish(self) -> None:
        ids = list(range(1, self.seq + 1))
        ending = Ending("done", "stop", output=self.text, output_token_ids=ids)
        assert generation_end(generation_id=self.row.id, epoch=1, ending=ending)

    @property
    def text(self) -> str:
        return "".join(WORDS[: self.seq])


async def do(call: Callable[..., object], *arguments: object) -> None:
    await database_sync_to_async(call)(*arguments)


async def writer_make() -> Writer:
    writer: Writer = await database_sync_to_async(Writer)()
    return writer


async def test_joined_text_equals_the_stored_one() -> None:
    writer = await writer_make()
    async with Reader(writer.id) as reader:
        await reader.read()
        for _ in range(10):
            await do(writer.stream, 1)
            await reader.read_until_token(writer.seq)
        await do(writer.finish)
        await reader.read_to_end()
    assert reader.text == writer.text
    assert [delta.seq for delta in reader.deltas] == list(range(1, 11))
    end = reader.events[-1]
    assert isinstance(end, Finished)
    assert (end.seq, end.output_tokens, end.finish_reason) == (10, 10, "stop")


async def test_a_late_joiner_gets_a_snapshot_and_the_rest() -> None:
    writer = await writer_make()
    await do(writer.stream, 5)
    async with Reader(writer.id) as reader:
        await reader.read_until_token(5)
        await do(writer.stream, 2)
        await do(writer.finish)
        await reader.read_to_end()
    assert reader.snapshots[0].open_text == "".join(WORDS[:5])
    assert reader.text == writer.text


async def test_two_readers_see_the_same_and_share_one_stream() -> None:
    writer = await writer_make()
    async with Reader(writer.id) as first, Reader(writer.id) as second:
        await do(writer.stream, 3)
        await first.read_until_token(3)
        await second.read_until_token(3)
        await do(writer.finish)
        await first.read_to_end()
        await second.read_to_end()
    assert first.text == second.text == writer.text


async def test_after_a_short_absence_only_the_rest_comes() -> None:
    writer = await writer_make()
    async with Reader(writer.id) as stays:
        for _ in range(4):
            await do(writer.stream, 1)
            await stays.read_until_token(writer.seq)
        async with Reader(writer.id, after=2) as back:
            await back.read_until_token(4)
    assert back.snapshots == []
    assert "".join(delta.text for delta in back.deltas) == "".join(WORDS[2:4])


async def test_a_number_from_elsewhere_gets_a_snapshot() -> None:
    writer = await writer_make()
    await do(writer.stream, 4)
    async with Reader(writer.id, after=2) as reader:
        await reader.read()
    assert isinstance(reader.events[0], Snapshot) and reader.seq == 4


async def test_one_that_ended_unwatched_is_served_from_the_row() -> None:
    writer = await writer_make()
    await do(writer.stream, 4)
    await do(writer.finish)
    await do(redis_client().flushall)
    async with Reader(writer.id) as reader:
        await reader.read_to_end()
    assert reader.snapshots[0].blocks == (f"<p>{writer.text.strip()}</p>",)
    assert len(reader.events) == 2


async def test_a_failure_comes_with_its_reason() -> None:
    row = await database_sync_to_async(GenerationFactory.create)(
        status="failed", error_code="poisoned", error_params={"attempts": 3}
    )
    async with Reader(str(row.id)) as reader:
        await reader.read_to_end()
    assert reader.events[-1] == Failed(str(row.id), 0, "poisoned", {"attempts": 3})


async def test_a_wiped_redis_costs_no_text() -> None:
    writer = await writer_make()
    async with Reader(writer.id) as reader:
        await do(writer.stream, 5)
        await reader.read_until_token(5)
        await do(redis_client().flushall)
        await do(writer.stream, 3)  # all of it is refused
        await do(writer.save)
        await reader.read_until_token(8)
        await do(writer.finish)
        await reader.read_to_end()
    assert reader.text == writer.text


async def test_a_stream_that_was_built_again_doubles_nothing() -> None:
    writer = await writer_make()
    async with Reader(writer.id) as reader:
        await do(writer.stream, 5)
        await reader.read_until_token(5)
        text = "".join(WORDS[:7])
        part = Part(writer.id, 1, list(range(1, 8)), 7, text, rebuild=True)
        await do(token_log_append, [part])
        await reader.read_until_token(7)
        writer.seq = 7
        await do(writer.finish)
        await reader.read_to_end()
    assert reader.text == writer.text


async def test_an_end_that_was_not_announced_is_found(settings: Settings) -> None:
    writer = await writer_make()
    async with Reader(writer.id) as reader:
        await do(writer.stream, 2)
        await reader.read_until_token(2)
        url, settings.REDIS_URL = settings.REDIS_URL, "unix:///nowhere/redis.sock"
        await do(writer.finish)
        settings.REDIS_URL = url
        await reader.read_to_end()
    assert reader.text == writer.text


async def test_a_reader_hears_that_the_worker_was_lost() -> None:
    row = await database_sync_to_async(lost_make)(output="to", output_token_ids=[1])
    async with Reader(str(row.id)) as reader:
        while "resuming" not in reader.states:
            assert await reader.read()


async def test_a_reader_hears_that_no_worker_is_there() -> None:
    row = await database_sync_to_async(GenerationFactory.create)()
    async with Reader(str(row.id)) as reader:
        await reader.read()
        await reader.read()
    assert reader.events[-1] == StateChanged(
        str(row.id), "unavailable", {"cause": "no_worker"}
    )


async def test_what_does_not_exist_is_not_found() -> None:
    async with Reader(str(new_id())) as reader:
        with pytest.raises(NotFoundError):
            await reader.read()


async def test_nothing_is_left_when_nobody_watches() -> None:
    writer = await writer_make()
    async with Reader(writer.id) as reader:
        await reader.read()
        assert len(get_hub()._tasks) == 2
    assert (get_hub()._tasks, get_hub()._channels) == ([], {})


async def test_no_connection_is_left_by_who_leaves_while_it_loads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What loads goes on to its end, and asks Redis after the hub has closed."""
    writer = await writer_make()
    reached, may_go_on = asyncio.Event(), asyncio.Event()
    entries_read = reconciler._entries

    async def entries_read_late(*arguments: Any) -> list[Entry]:
        reached.set()
        await may_go_on.wait()
        return await entries_read(*arguments)

    monkeypatch.setattr(reconciler, "_entries", entries_read_late)
    connected = num_connections()
    async with Reader(writer.id) as reader:
        reading = asyncio.create_task(reader.read())
        await reached.wait()
    reading.cancel()
    may_go_on.set()
    async with asyncio.timeout(30):
        while get_hub()._errands or num_connections() > connected:
            await asyncio.sleep(0.01)


def num_connections() -> int:
    clients: Any = redis_client().client_list()
    return len(clients)


async def test_an_answer_goes_on_from_its_prefix() -> None:
    row = await database_sync_to_async(running_make)(prefix="It was ")
    async with Reader(str(row.id)) as reader:
        await reader.read()
        await do(token_log_open_and_say, str(row.id), "night")
        await reader.read_until_token(1)
    assert reader.text == "It was night"


def token_log_open_and_say(id: str, text: str) -> None:
    token_log_open(generation_id=id, epoch=1)
    token_log_append([Part(id, 1, [1], 1, text)])
    assert Generation.objects.get(id=id).prefix


async def test_who_leaves_while_it_is_loaded_spoils_it_for_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = await database_sync_to_async(running_make)(prefix="It was ")
    begun, may_go_on = asyncio.Event(), asyncio.Event()
    find_workers = reconciler._workers

    async def wait_and_find(client: Any) -> Any:
        begun.set()
        await may_go_on.wait()
        return await find_workers(client)

    monkeypatch.setattr(reconciler, "_workers", wait_and_find)
    async with Reader(str(row.id)) as stays:
        async with Reader(str(row.id)) as leaves:
            assert not await leaves.read(seconds=0)
            await begun.wait()
            assert not await stays.read(seconds=0.1)
        may_go_on.set()
        while not stays.snapshots:
            assert await stays.read()
    assert stays.snapshots[0].open_text == "It was "
