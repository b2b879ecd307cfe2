"""The batch: claimed together, ahead of the engine, and without a thread for each."""

import threading
from collections.abc import Callable

import pytest
from pytest_django import Settings

from inference.sampling_params import SamplingParams
from inference.worker.model_worker import ModelWorker
from tests.webapp.generation.factories import GenerationFactory
from webapp.generation.models import Generation, UsageRecord

Status, Queue = Generation.Status, Generation.Queue
SECONDS = 60


def batch_make(count: int, text: str = "to be", **fields: object) -> list[Generation]:
    sampling = SamplingParams(seed=7, max_tokens=5000).to_dict()
    return GenerationFactory.create_batch(
        count,
        queue=Queue.BATCH,
        messages=[{"role": "user", "content": text}],
        sampling=sampling,
        **fields,
    )


def count_of(status: str) -> int:
    return Generation.objects.filter(status=status).count()


def wait_until(is_true: Callable[[], bool]) -> None:
    tick = threading.Event()
    for _ in range(SECONDS * 100):
        if is_true():
            return
        tick.wait(0.01)
    pytest.fail("it did not happen")


def test_one_wake_up_is_enough_for_all_that_wait(worker: ModelWorker) -> None:
    first, *_others = batch_make(30)

    worker.generate(first.pk)

    wait_until(lambda: count_of(Status.DONE) == 30)
    outputs = set(Generation.objects.values_list("output", "epoch", "prompt_tokens"))
    assert outputs == {("to be", 1, 2)}
    assert UsageRecord.objects.count() == 30


def test_a_wake_up_that_was_lost_is_made_good(worker: ModelWorker) -> None:
    batch_make(2)
    wait_until(lambda: count_of(Status.DONE) == 2)


def test_no_more_are_taken_than_the_engine_should_have(
    worker: ModelWorker, settings: Settings
) -> None:
    batch_make(30, "5000 200")
    most = 3 * (settings.TANDEM_SLOTS - settings.TANDEM_SLOTS // 4)

    worker.feeder.call()

    wait_until(lambda: count_of(Status.RUNNING) == most)
    assert count_of(Status.QUEUED) == 30 - most


def test_a_last_attempt_is_left_for_a_worker_of_its_own(
    worker: ModelWorker, settings: Settings
) -> None:
    [suspect] = batch_make(1, attempts=settings.MAX_ATTEMPTS - 1, epoch=2)
    batch_make(1)
    worker.feeder.call()
    wait_until(lambda: count_of(Status.DONE) == 1)
    suspect.refresh_from_db()
    assert suspect.status == Status.QUEUED

    worker.generate(suspect.pk)

    suspect.refresh_from_db()
    assert (suspect.status, suspect.output) == (Status.DONE, "to be")
