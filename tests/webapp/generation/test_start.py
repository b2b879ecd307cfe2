"""Asking for text: what is refused, what is kept, and one key for one generation."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from inference.contract import ChatMessage, Role
from inference.sampling_params import SamplingParams
from webapp.accounts.models import Team, User
from webapp.celery import app
from webapp.common.errors import ApplicationError
from webapp.generation.dispatch import wake_ups_waiting
from webapp.generation.models import Generation
from webapp.generation.services import generation_start

Status = Generation.Status


@pytest.fixture(autouse=True)
def scripted(settings: Settings) -> None:
    settings.MODEL_NAMES = ["scripted"]


def start(person: User, text: str = "to be", **fields: Any) -> Generation:
    return generation_start(
        **{
            "person": person,
            "team": None,
            "purpose": Generation.Purpose.CHAT,
            "model": "scripted",
            "messages": [ChatMessage(Role.USER, text)],
            "sampling": SamplingParams(),
            "idempotency_key": "k" * 16,
            **fields,
        }
    )


def test_it_keeps_the_prompt_and_waits(alice: User, team: Team) -> None:
    generation = start(alice, team=team)
    assert generation.status == Status.QUEUED
    assert generation.messages == [{"role": "user", "content": "to be"}]
    assert (generation.person, generation.team) == (alice, team)


def test_it_draws_a_seed_so_that_it_can_be_run_again(alice: User) -> None:
    generation = start(alice)
    assert isinstance(generation.sampling["seed"], int)
    assert SamplingParams.from_dict(generation.sampling).max_tokens == 512


def test_it_wakes_a_worker_when_the_row_is_safe(
    alice: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        start(alice)
        assert wake_ups_waiting("interactive") == 0
    assert wake_ups_waiting("interactive") == 1
    assert wake_ups_waiting("batch") == 0


def test_the_same_key_twice_is_one_generation(alice: User) -> None:
    assert start(alice).id == start(alice, text="something else").id
    assert Generation.objects.count() == 1


def test_the_same_key_of_another_person_is_another_one(alice: User, bob: User) -> None:
    assert start(alice).id != start(bob).id


@pytest.mark.parametrize("text", ["", "   ", "\n\t "])
def test_it_rejects_an_empty_prompt(alice: User, text: str) -> None:
    with pytest.raises(ApplicationError, match="Write a message") as refusal:
        start(alice, text)
    assert refusal.value.code == "prompt_empty"
    assert not Generation.objects.exists()


def test_it_rejects_a_conversation_that_ends_with_an_answer(alice: User) -> None:
    messages = [ChatMessage(Role.USER, "a"), ChatMessage(Role.ASSISTANT, "b")]
    with pytest.raises(ApplicationError):
        start(alice, messages=messages)


def test_it_rejects_an_unknown_model(alice: User) -> None:
    with pytest.raises(ApplicationError, match="“gpt”") as refusal:
        start(alice, model="gpt")
    assert refusal.value.code == "model_unknown"


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_it_rejects_what_cannot_be_stored(alice: User, text: str) -> None:
    with pytest.raises(ApplicationError, match="cannot be stored"):
        start(alice, text)


def test_a_dead_redis_loses_no_prompt_and_hangs_nobody(
    alice: User,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    with django_capture_on_commit_callbacks(execute=True):
        generation = start(alice)
    generation.refresh_from_db()
    assert generation.status == Status.QUEUED


def test_the_broker_is_the_redis_of_the_settings(settings: Settings) -> None:
    if not settings.REDIS_URL.startswith("unix://"):
        raise ImproperlyConfigured(settings.REDIS_URL)
    assert app.conf.broker_url == f"redis+socket://{settings.REDIS_URL[7:]}"
