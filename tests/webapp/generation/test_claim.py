"""One claim lives at a time, and an older one changes nothing."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from tests.webapp.generation.factories import (
    GenerationFactory,
    lost_make,
    running_make,
)
from webapp.generation.models import Generation, UsageRecord
from webapp.generation.services import (
    Checkpoint,
    Ending,
    checkpoints_save,
    generation_claim,
    generation_end,
    generation_release,
    generation_requeue,
    leases_renew,
)

Status = Generation.Status
DONE = Ending(
    status=Status.DONE, finish_reason="stop", output="to", output_token_ids=[1]
)


def checkpoint(generation: Generation, epoch: int, text: str) -> Checkpoint:
    return Checkpoint(
        generation_id=generation.id,
        epoch=epoch,
        output=text,
        output_token_ids=[1, 2],
        first_token_at=timezone.now(),
        prompt_token_ids=[5, 6, 7],
    )


def test_a_claim_raises_the_epoch_and_takes_a_lease(db: None) -> None:
    generation = GenerationFactory.create()
    claimed = generation_claim(generation_id=generation.id, worker="box:1")
    assert claimed is not None
    assert (claimed.status, claimed.epoch, claimed.worker) == ("running", 1, "box:1")
    assert claimed.lease_expires_at is not None
    left = claimed.lease_expires_at - timezone.now()
    assert timedelta(seconds=1) < left < timedelta(seconds=10)


def test_what_runs_or_has_ended_cannot_be_claimed(db: None) -> None:
    for status in [Status.RUNNING, Status.DONE, Status.CANCELLED, Status.FAILED]:
        generation = GenerationFactory.create(status=status)
        assert generation_claim(generation_id=generation.id, worker="box:1") is None


def test_the_first_claim_says_when_it_started(db: None) -> None:
    started = timezone.now() - timedelta(minutes=1)
    generation = GenerationFactory.create(started_at=started, epoch=1)
    claimed = generation_claim(generation_id=generation.id, worker="box:1")
    assert claimed is not None
    assert (claimed.started_at, claimed.epoch) == (started, 2)


@pytest.mark.django_db(transaction=True)
def test_of_many_claims_at_once_one_wins() -> None:
    generation = GenerationFactory.create()
    barrier = threading.Barrier(8)
    winners: list[str] = []

    def claim(worker: str) -> None:
        barrier.wait()
        if generation_claim(generation_id=generation.id, worker=worker):
            winners.append(worker)
        connection.close()

    threads = [threading.Thread(target=claim, args=[f"box:{n}"]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    generation.refresh_from_db()
    assert winners == [generation.worker]
    assert generation.epoch == 1


def test_a_zombie_can_save_nothing(db: None) -> None:
    generation = running_make(epoch=2, output="kept")
    checkpoints_save(checkpoints=[checkpoint(generation, 1, "zombie")])
    assert not generation_end(generation_id=generation.id, epoch=1, ending=DONE)
    assert not generation_release(
        generation_id=generation.id, epoch=1, output="zombie", output_token_ids=[9]
    )
    leases = leases_renew(claims=[(generation.id, 1)])
    assert not leases[generation.id].is_held
    generation.refresh_from_db()
    assert (generation.output, generation.status) == ("kept", Status.RUNNING)
    assert not UsageRecord.objects.exists()


def test_a_check_point_keeps_everything_made_so_far(db: None) -> None:
    generation = running_make()
    checkpoints_save(checkpoints=[checkpoint(generation, 1, "to be")])
    generation.refresh_from_db()
    assert (generation.output, generation.output_token_ids) == ("to be", [1, 2])
    assert (generation.output_tokens, generation.prompt_tokens) == (2, 3)
    assert generation.first_token_at is not None


def test_one_statement_renews_all_leases(db: None) -> None:
    mine, lost = running_make(), running_make(epoch=3)
    stopped = running_make(cancel_requested_at=timezone.now())
    soon = timezone.now() + timedelta(seconds=1)
    Generation.objects.update(lease_expires_at=soon)
    leases = leases_renew(claims=[(mine.id, 1), (lost.id, 2), (stopped.id, 1)])
    assert leases[mine.id].is_held and not leases[mine.id].is_cancel_requested
    assert not leases[lost.id].is_held
    assert leases[stopped.id].is_cancel_requested
    mine.refresh_from_db()
    lost.refresh_from_db()
    assert mine.lease_expires_at is not None and mine.lease_expires_at > soon
    assert lost.lease_expires_at == soon


def test_a_worker_that_goes_gives_its_row_back(db: None) -> None:
    generation = running_make()
    assert generation_release(
        generation_id=generation.id, epoch=1, output="to", output_token_ids=[1]
    )
    generation.refresh_from_db()
    assert (generation.status, generation.attempts) == (Status.QUEUED, 0)
    assert (generation.output, generation.lease_expires_at) == ("to", None)


def test_a_living_worker_keeps_its_row(db: None) -> None:
    generation = running_make()
    assert not generation_requeue(generation=generation, output="", output_token_ids=[])


def test_a_lost_row_is_given_up_after_some_attempts(
    db: None, settings: Settings
) -> None:
    settings.MAX_ATTEMPTS = 3
    generation = lost_make(attempts=2, output="to")
    assert generation_requeue(generation=generation, output="to", output_token_ids=[1])
    generation.refresh_from_db()
    assert (generation.status, generation.error_code) == (Status.FAILED, "poisoned")
    assert generation.error_params == {"attempts": 3}
    assert generation.output == "to"
