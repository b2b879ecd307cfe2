"""A worker says that it lives only when it does, and ends when its engine hangs."""

import time
from typing import cast

import pytest
from django.db import DatabaseError
from pytest_django import DjangoDbBlocker, Settings

from inference.contract import ModelState, ModelStatus
from inference.runtime import Runtime
from inference.worker.job import Job, Made
from inference.worker.jobs import Jobs
from inference.worker.keeper import Keeper
from tests.webapp.generation.factories import running_make
from webapp.common.exit_codes import EXIT_STUCK
from webapp.generation.heartbeats import workers_alive
from webapp.generation.models import Generation


class FakeRuntime:
    def __init__(self) -> None:
        self.last_step_at = time.monotonic()
        self.cancelled: list[str] = []
        self.num_retries = 0

    def statuses(self) -> list[ModelStatus]:
        return [ModelStatus("tiny", ModelState.LOADING, 0.4)]

    def cancel(self, request_id: str) -> None:
        self.cancelled.append(request_id)

    def retry(self) -> None:
        self.num_retries += 1


class Desk:
    """A keeper, and what it did."""

    def __init__(self) -> None:
        self.runtime = FakeRuntime()
        self.jobs = Jobs()
        self.lost: list[Job] = []
        self.exits: list[int] = []
        self.keeper = Keeper(
            name="box:1",
            jobs=self.jobs,
            runtime=cast("Runtime", self.runtime),
            on_lost_claim=self.lost.append,
            exit_process=self.exits.append,
        )

    def take(self, generation: Generation) -> Job:
        job = Job(generation, Made())
        self.jobs.add(job)
        return job


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_it_tells_what_the_worker_has(db: None, desk: Desk) -> None:
    desk.take(running_make())
    desk.keeper.turn()
    [status] = workers_alive()
    assert (status.name, status.running) == ("box:1", 1)
    assert status.models == (ModelStatus("tiny", ModelState.LOADING, 0.4),)


def test_without_its_leases_it_does_not_say_that_it_lives(
    desk: Desk, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        generation = Generation(epoch=1)
    desk.take(generation)
    with pytest.raises((DatabaseError, RuntimeError)):  # the database is closed to it
        desk.keeper.turn()
    assert workers_alive() == []


def test_an_engine_that_hangs_ends_the_process(
    db: None, desk: Desk, settings: Settings
) -> None:
    desk.runtime.last_step_at -= settings.WATCHDOG_SECONDS + 1
    desk.keeper.turn()
    assert desk.exits == [], "nothing runs: it may rest"
    desk.take(running_make())
    desk.keeper.turn()
    assert desk.exits == [EXIT_STUCK]


def test_a_claim_that_was_lost_is_told(db: None, desk: Desk) -> None:
    job = desk.take(running_make())
    Generation.objects.update(epoch=2)
    desk.keeper.turn()
    assert desk.lost == [job]


def test_a_stop_that_redis_did_not_carry_is_found_in_the_row(
    db: None, desk: Desk
) -> None:
    job = desk.take(running_make())
    Generation.objects.update(cancel_requested_at=job_time())
    desk.keeper.turn()
    assert desk.runtime.cancelled == [job.request_id]


def test_broken_models_are_tried_again_now_and_then(db: None, desk: Desk) -> None:
    desk.keeper.turn()
    assert desk.runtime.num_retries == 0
    desk.keeper._retry_models_at = time.monotonic()
    desk.keeper.turn()
    desk.keeper.turn()
    assert desk.runtime.num_retries == 1


def job_time() -> object:
    return Generation.objects.values_list("queued_at", flat=True).get()
