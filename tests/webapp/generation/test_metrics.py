"""Figures for Prometheus, and who may read them."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.webapp.generation.factories import GenerationFactory, running_make
from webapp.generation.services import Ending, generation_end

pytestmark = pytest.mark.django_db
STRANGER = "203.0.113.7"


def figures(client: Client) -> dict[str, float]:
    lines = client.get("/metrics").content.decode().splitlines()
    pairs = [line.rsplit(" ", 1) for line in lines if not line.startswith("#")]
    return {name: float(value) for name, value in pairs}


def test_it_counts_what_waits_and_what_was_written(client: Client) -> None:
    GenerationFactory.create()
    done = running_make(prompt_tokens=5, model="tiny")
    ending = Ending("done", "stop", output="to be", output_token_ids=[1, 2])
    generation_end(generation_id=done.id, epoch=1, ending=ending)
    values = figures(client)
    assert values['tandem_generations{status="queued"}'] == 1
    assert values['tandem_generations{status="done"}'] == 1
    assert values['tandem_queue_depth{queue="interactive"}'] == 1
    assert values['tandem_prompt_tokens_total{model="tiny"}'] == 5
    assert values['tandem_output_tokens_total{model="tiny"}'] == 2
    assert values["tandem_workers"] == 0


def test_it_measures_the_time_to_the_first_token(client: Client) -> None:
    done = running_make()
    done.first_token_at = done.queued_at
    done.save()
    generation_end(
        generation_id=done.id, epoch=1, ending=Ending("done", "stop", output="")
    )
    values = figures(client)
    assert values['tandem_first_token_seconds_bucket{le="0.1"}'] == 1
    assert values["tandem_first_token_seconds_count"] == 1


def status(client: Client, address: str, **headers: str) -> int:
    answer = client.get("/metrics", headers=headers, REMOTE_ADDR=address)
    return int(answer.status_code)


def test_a_stranger_is_refused(client: Client, settings: Settings) -> None:
    settings.TANDEM_METRICS_TOKEN = ""
    assert status(client, STRANGER) == 403
    assert status(client, STRANGER, authorization="Bearer ") == 403


def test_a_stranger_behind_a_proxy_here_is_refused(client: Client) -> None:
    assert status(client, "127.0.0.1") == 200
    assert status(client, "127.0.0.1", x_forwarded_for=STRANGER) == 403


def test_the_token_opens_the_door(client: Client, settings: Settings) -> None:
    settings.TANDEM_METRICS_TOKEN = "s3cret"
    assert status(client, STRANGER, authorization="Bearer s3cret") == 200
    assert status(client, STRANGER, authorization="Bearer secret") == 403
    assert status(client, STRANGER, authorization="s3cret") == 403
