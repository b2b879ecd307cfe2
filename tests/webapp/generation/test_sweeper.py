"""What a lost worker or a lost message leaves behind is found."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from tests.webapp.generation.factories import (
    GenerationFactory,
    lost_make,
    running_make,
)
from webapp.generation.dispatch import wake_ups_waiting, wake_worker
from webapp.generation.models import Generation, UsageRecord
from webapp.generation.services import generation_requeue
from webapp.generation.sweeper import model_wake, sweep, sweeper_is_alive
from webapp.generation.token_log import Part, token_log_append, token_log_open

Status = Generation.Status
LONG_AGO = timezone.now() - timedelta(minutes=1)


def streamed(generation: Generation, text: str, *token_ids: int) -> None:
    id = str(generation.id)
    token_log_open(generation_id=id, epoch=generation.epoch)
    token_log_append([Part(id, generation.epoch, token_ids, len(token_ids), text)])


def test_a_lost_row_is_queued_again_and_announced(
    db: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    generation = lost_make()
    with django_capture_on_commit_callbacks(execute=True):
        sweep()
    generation.refresh_from_db()
    assert (generation.status, generation.attempts) == (Status.QUEUED, 1)
    assert wake_ups_waiting("interactive") == 1


def test_a_row_with_a_living_worker_is_left_alone(db: None) -> None:
    generation = running_make()
    sweep()
    generation.refresh_from_db()
    assert (generation.status, generation.attempts) == (Status.RUNNING, 0)


def test_what_readers_saw_in_the_stream_is_kept(db: None) -> None:
    generation = lost_make(output="to", output_token_ids=[1])
    streamed(generation, "to be or", 1, 2, 3)
    sweep()
    generation.refresh_from_db()
    assert (generation.output, generation.output_token_ids) == ("to be or", [1, 2, 3])


def test_a_check_point_that_is_longer_wins(db: None) -> None:
    generation = lost_make(output="to be", output_token_ids=[1, 2])
    streamed(generation, "to", 1)
    sweep()
    generation.refresh_from_db()
    assert generation.output == "to be"


def test_a_stop_that_nobody_heard_is_kept(db: None) -> None:
    generation = lost_make(cancel_requested_at=timezone.now())
    streamed(generation, "to be", 1, 2)
    sweep()
    generation.refresh_from_db()
    assert (generation.status, generation.output) == (Status.CANCELLED, "to be")
    assert UsageRecord.objects.get().output_tokens == 2


def test_a_prompt_that_loses_its_workers_is_given_up(
    db: None, settings: Settings
) -> None:
    generation = lost_make(attempts=settings.MAX_ATTEMPTS - 1)
    sweep()
    generation.refresh_from_db()
    assert (generation.status, generation.error_code) == (Status.FAILED, "poisoned")


@pytest.mark.parametrize("cancel_requested_at", [None, timezone.now()])
def test_a_worker_that_came_back_keeps_its_row(
    db: None, settings: Settings, cancel_requested_at: datetime | None
) -> None:
    """Between the look of the sweeper and its deed."""
    seen = lost_make(
        attempts=settings.MAX_ATTEMPTS - 1, cancel_requested_at=cancel_requested_at
    )
    now = timezone.now() + timedelta(minutes=1)
    Generation.objects.filter(pk=seen.pk).update(lease_expires_at=now)
    assert not generation_requeue(generation=seen, output="", output_token_ids=())
    seen.refresh_from_db()
    assert seen.status == Status.RUNNING
    assert not UsageRecord.objects.exists()


def test_a_lost_wake_up_is_told_again(db: None) -> None:
    forgotten = GenerationFactory.create(woken_at=LONG_AGO)
    GenerationFactory.create(woken_at=timezone.now())
    sweep()
    assert wake_ups_waiting("interactive") == 1
    forgotten.refresh_from_db()
    assert forgotten.woken_at is not None and forgotten.woken_at > LONG_AGO


def test_busy_workers_are_not_told_again_and_again(db: None) -> None:
    wake_worker(GenerationFactory.create(woken_at=LONG_AGO))
    sweep()
    assert wake_ups_waiting("interactive") == 1


def test_the_batch_has_a_queue_of_its_own(db: None) -> None:
    GenerationFactory.create(woken_at=LONG_AGO, queue=Generation.Queue.BATCH)
    sweep()
    assert (wake_ups_waiting("interactive"), wake_ups_waiting("batch")) == (0, 1)


def test_a_model_that_is_ready_gets_what_waited_for_it(db: None) -> None:
    GenerationFactory.create(model="tiny", woken_at=timezone.now())
    GenerationFactory.create(model="scripted", woken_at=timezone.now())
    assert model_wake(model="tiny") == 1


def test_a_dead_redis_stops_no_sweep(db: None, settings: Settings) -> None:
    generation = lost_make(output="to", output_token_ids=[1])
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    sweep()
    generation.refresh_from_db()
    assert (generation.status, generation.output) == (Status.QUEUED, "to")


def test_it_says_that_it_lives(db: None) -> None:
    assert not sweeper_is_alive()
    sweep()
    assert sweeper_is_alive()
