"""The picker says what is loading and what is ready, without a reload."""

import asyncio
from itertools import pairwise

import pytest
from pytest_django import Settings

from inference.contract import ModelInfo, ModelState, ModelStatus, ModelTask
from tests.webapp.chat.socket import SECONDS, Socket, in_database
from webapp.accounts.models import User
from webapp.chat import model_watch
from webapp.generation import heartbeats
from webapp.generation.heartbeats import WorkerStatus, heartbeat_end, heartbeat_send

pytestmark = pytest.mark.django_db(transaction=True)

INFO = ModelInfo(
    name="tiny",
    label="Tiny 1",
    family="llama",
    version="0" * 64,
    context_length=2048,
    licence="Apache-2.0",
    task=ModelTask.TEXT,
)
LOADING = ModelStatus("tiny", ModelState.LOADING, 0.4)
READY = ModelStatus("tiny", ModelState.READY, 1.0, info=INFO)


@pytest.fixture(autouse=True)
def tiny(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MODEL_NAMES = ["tiny"]
    monkeypatch.setattr(model_watch, "LOOK_SECONDS", 0.01)
    # Here a worker speaks once; a slow machine must not take it for a dead one.
    monkeypatch.setattr(heartbeats, "ALIVE_SECONDS", 3600)


async def say(status: ModelStatus) -> None:
    worker = WorkerStatus(name="box:1", slots=4, running=0, models=(status,))
    await in_database(lambda: heartbeat_send(worker))


def assert_only_changes(socket: Socket) -> None:
    assert all(before != after for before, after in pairwise(socket.models))


async def test_a_page_hears_how_a_model_is_and_when_that_changes(alice: User) -> None:
    async with await Socket.of(alice) as socket:
        await socket.until_models("tiny (not ready)")
        await say(LOADING)
        await socket.until_models("tiny (loading)")
        await say(READY)
        frame = await socket.until_models("Tiny 1")
        await in_database(lambda: heartbeat_end("box:1"))
        await socket.until_models("tiny (not ready)")
    assert frame["models"] == [
        {
            "name": "tiny",
            "label": "Tiny 1",
            "reads_one_message": True,
            "sampling": {"temperature": 0.0},
        }
    ]
    assert_only_changes(socket)


async def test_progress_alone_is_not_told(alice: User) -> None:
    await say(LOADING)
    async with await Socket.of(alice) as socket:
        await socket.until_models("tiny (loading)")
        await say(ModelStatus("tiny", ModelState.LOADING, 0.8))
        await say(READY)
        await socket.until_models("Tiny 1")
    assert_only_changes(socket)


async def test_each_reads_it_in_her_own_language(alice: User) -> None:
    async with await Socket.of(alice, language="zh-hans") as socket:
        await socket.until_models("tiny（未就绪）")


async def test_nobody_looks_when_nobody_is_there(alice: User) -> None:
    async with await Socket.of(alice) as one, await Socket.of(alice) as two:
        await one.until_models("tiny (not ready)")
        await two.until_models("tiny (not ready)")
        [looking] = [t for t in asyncio.all_tasks() if t.get_name() == "model-watch"]
    await asyncio.wait({looking}, timeout=SECONDS)
    assert looking.cancelled()
