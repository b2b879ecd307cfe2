"""Ready means: a prompt would be answered. If not, the reason is told."""

from dataclasses import replace

import pytest
from django.test import Client
from pytest_django import Settings

from inference.contract import ModelInfo, ModelState, ModelStatus, ModelTask
from webapp.generation.heartbeats import (
    WorkerStatus,
    heartbeat_end,
    heartbeat_send,
    workers_alive,
)
from webapp.generation.selectors import models_offered, statuses_merge

INFO = ModelInfo("tiny", "Tiny", "llama", "0" * 64, 256, "MIT", ("en",))
READY = ModelStatus("tiny", ModelState.READY, 1.0, "", INFO)
LOADING = ModelStatus("tiny", ModelState.LOADING, 0.4)
FAILED = ModelStatus("tiny", ModelState.FAILED, 0.0, "config.json: is missing")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tiny(settings: Settings) -> None:
    settings.MODEL_NAMES = ["tiny"]


def worker(*models: ModelStatus, name: str = "box:1") -> WorkerStatus:
    return WorkerStatus(name, slots=8, running=1, models=models)


def test_it_lives_whatever_stands_behind_it(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


def test_it_is_ready_with_a_worker_and_its_model(client: Client) -> None:
    heartbeat_send(worker(READY))
    answer = client.get("/readyz")
    assert answer.status_code == 200
    values = answer.json()
    assert values["ready"] is True and values["reasons"] == []
    assert values["workers"] == [{"name": "box:1", "slots": 8, "running": 1}]
    assert values["models"]["tiny"]["state"] == "ready"


def test_it_is_not_ready_without_a_worker(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["No model worker is running."]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (LOADING, "The model tiny is loading (40%)."),
        (FAILED, "The model tiny is not available: config.json: is missing"),
    ],
)
def test_it_tells_what_is_wrong_with_the_model(
    client: Client, status: ModelStatus, reason: str
) -> None:
    heartbeat_send(worker(status))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["reasons"]) == (503, [reason])


def test_it_tells_that_redis_is_away(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["Redis does not answer."]


def test_a_worker_that_says_good_bye_is_gone(client: Client) -> None:
    heartbeat_send(worker(READY))
    heartbeat_end("box:1")
    assert client.get("/readyz").status_code == 503


def test_the_best_of_several_workers_counts() -> None:
    workers = [worker(FAILED), worker(READY, name="box:2"), worker(LOADING)]
    assert statuses_merge(workers)["tiny"] == READY


def test_the_picker_offers_what_the_settings_name(settings: Settings) -> None:
    settings.MODEL_NAMES = ["tiny", "other"]
    heartbeat_send(worker(READY))
    tiny, other = models_offered()
    assert (tiny.label, tiny.state, tiny.context_length) == ("Tiny", "ready", 256)
    assert (other.label, other.state) == ("other", "absent")


def test_the_picker_knows_a_model_that_reads_one_message() -> None:
    heartbeat_send(worker(READY))
    assert not models_offered()[0].reads_one_message
    info = replace(INFO, task=ModelTask.TEXT, precision="int8")
    heartbeat_send(worker(replace(READY, info=info)))
    (tiny,) = models_offered()
    assert tiny.reads_one_message
    assert statuses_merge(workers_alive())["tiny"].info == info
