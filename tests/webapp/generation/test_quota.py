"""How much one person, and all of them, may ask for."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests.webapp.generation.factories import GenerationFactory, running_make
from webapp.accounts.models import User
from webapp.generation.models import Generation, UsageRecord
from webapp.generation.quota import QuotaError, quota_check


def used(person: User, tokens: int, **fields: object) -> None:
    UsageRecord.objects.create(
        **{
            "generation_id": GenerationFactory.create(person=person).id,
            "person_id": person.id,
            "model": "scripted",
            "status": "done",
            "prompt_tokens": tokens // 2,
            "output_tokens": tokens - tokens // 2,
            "queue_seconds": 0,
            "run_seconds": 1,
            "finished_at": timezone.now(),
            **fields,
        }
    )


def test_it_counts_what_a_person_has_running(
    alice: User, bob: User, settings: Settings
) -> None:
    settings.QUOTA_RUNNING_PER_PERSON = 2
    running_make(person=alice)
    quota_check(person=alice)
    GenerationFactory.create(person=alice)
    with pytest.raises(QuotaError, match="2 answers") as refusal:
        quota_check(person=alice)
    assert refusal.value.code == "quota"
    quota_check(person=bob)


def test_what_has_ended_is_not_counted(alice: User, settings: Settings) -> None:
    settings.QUOTA_RUNNING_PER_PERSON = 1
    GenerationFactory.create(person=alice, status=Generation.Status.DONE)
    quota_check(person=alice)


def test_it_keeps_the_line_short(alice: User, bob: User, settings: Settings) -> None:
    settings.QUEUE_LIMIT = 1
    GenerationFactory.create(person=bob)
    with pytest.raises(QuotaError, match="people are waiting"):
        quota_check(person=alice)


def test_it_counts_the_tokens_of_a_day(
    alice: User, bob: User, settings: Settings
) -> None:
    settings.QUOTA_TOKENS_PER_DAY = 1000
    settings.QUOTA_RUNNING_PER_PERSON = 0
    used(alice, 999)
    quota_check(person=alice)
    used(alice, 1)
    with pytest.raises(QuotaError, match="1,000 tokens"):
        quota_check(person=alice)
    quota_check(person=bob)


def test_yesterdays_tokens_are_forgotten(alice: User, settings: Settings) -> None:
    settings.QUOTA_TOKENS_PER_DAY = 10
    used(alice, 100, finished_at=timezone.now() - timedelta(hours=25))
    quota_check(person=alice)
