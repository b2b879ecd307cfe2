"""Every generation ends once, with one line in the ledger."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.webapp.generation.factories import GenerationFactory, running_make
from webapp.common.redis import redis_client
from webapp.generation.models import Generation, UsageRecord
from webapp.generation.services import Ending, generation_cancel, generation_end
from webapp.generation.token_log import fence_key, stream_key, token_log_open

Status = Generation.Status
DONE = Ending(
    status=Status.DONE, finish_reason="stop", output="to be", output_token_ids=[1, 2]
)


def test_the_ledger_has_one_line_of_it(db: None) -> None:
    now = timezone.now()
    generation = running_make(
        prompt_tokens=5,
        started_at=now - timedelta(seconds=2),
        first_token_at=now - timedelta(seconds=1),
    )
    Generation.objects.update(queued_at=now - timedelta(seconds=5))
    assert generation_end(generation_id=generation.id, epoch=1, ending=DONE)
    assert not generation_end(generation_id=generation.id, epoch=1, ending=DONE)
    record = UsageRecord.objects.get()
    assert record.generation_id == generation.id
    assert (record.person_id, record.team_id) == (
        generation.person_id,
        generation.team_id,
    )
    assert (record.prompt_tokens, record.output_tokens) == (5, 2)
    assert record.queue_seconds == pytest.approx(3, abs=0.5)
    assert record.run_seconds == pytest.approx(2, abs=1)
    assert record.first_token_seconds == pytest.approx(4, abs=0.5)


def test_the_ledger_outlives_the_person(db: None) -> None:
    generation = running_make()
    generation_end(generation_id=generation.id, epoch=1, ending=DONE)
    person_id = generation.person_id
    assert generation.person is not None
    generation.person.delete()
    assert UsageRecord.objects.get().person_id == person_id


def test_a_queued_one_is_stopped_at_once(db: None) -> None:
    generation = GenerationFactory.create()
    generation_cancel(generation=generation)
    assert generation.status == Status.CANCELLED
    assert generation.finish_reason == "cancelled"
    assert UsageRecord.objects.get().status == "cancelled"


def test_a_running_one_is_stopped_by_its_worker(
    db: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    generation = running_make()
    with django_capture_on_commit_callbacks(execute=True):
        generation_cancel(generation=generation)
    assert generation.status == Status.RUNNING
    assert generation.cancel_requested_at is not None
    assert redis_client().hget(fence_key(str(generation.id)), "cancel") == "1"


def test_what_has_ended_stays_as_it_is(db: None) -> None:
    generation = GenerationFactory.create(status=Status.DONE, finish_reason="stop")
    generation_cancel(generation=generation)
    assert (generation.status, generation.finish_reason) == (Status.DONE, "stop")
    assert not UsageRecord.objects.exists()


def test_readers_are_told_and_the_stream_goes_later(
    db: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    generation = running_make()
    token_log_open(generation_id=str(generation.id), epoch=1)
    with django_capture_on_commit_callbacks(execute=True):
        generation_end(generation_id=generation.id, epoch=1, ending=DONE)
    key = stream_key(str(generation.id))
    items: Any = redis_client().xrange(key)
    [(_id, fields)] = items
    assert fields == {"end": "1"}
    ttl: Any = redis_client().ttl(key)
    assert 0 < ttl <= 3600
