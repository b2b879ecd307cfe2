"""From a queued row to its end, with real rows, real Redis and the scripted engine."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from pytest_django import Settings

from inference.sampling_params import SamplingParams
from inference.worker.model_worker import ModelWorker
from tests.webapp.generation.factories import GenerationFactory
from webapp.common.redis import redis_client
from webapp.generation.heartbeats import workers_alive
from webapp.generation.models import Generation, UsageRecord
from webapp.generation.services import generation_cancel, generation_claim
from webapp.generation.token_log import (
    Part,
    fence_key,
    stream_key,
    token_log_append,
    token_log_open,
    token_log_read,
)

Status = Generation.Status
WAIT_SECONDS = 60


def asked(text: str, **fields: object) -> Generation:
    sampling = SamplingParams(seed=7, max_tokens=5000).to_dict()
    return GenerationFactory.create(
        messages=[{"role": "user", "content": text}],
        **{"sampling": sampling, **fields},
    )


def in_thread(worker: ModelWorker, generation: Generation) -> threading.Thread:
    def run() -> None:
        worker.generate(generation.id)
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def wait_until(is_true: Callable[[], bool]) -> None:
    """Polls; for things that happen in another thread."""
    tick = threading.Event()
    for _ in range(WAIT_SECONDS * 100):
        if is_true():
            return
        tick.wait(0.01)
    pytest.fail("it did not happen")


def streamed(generation: Generation) -> str:
    return token_log_read(generation_id=str(generation.id)).text


def test_an_answer_is_stored_and_streamed(worker: ModelWorker) -> None:
    generation = asked("to be or not to be")
    worker.generate(generation.id)
    generation.refresh_from_db()
    assert (generation.status, generation.finish_reason) == (Status.DONE, "stop")
    assert generation.output == streamed(generation) == "to be or not to be"
    assert generation.output_token_ids == [0, 1, 2, 3, 4, 5]
    assert generation.prompt_tokens == 6
    assert generation.model_version and generation.worker == "box:1"
    assert generation.first_token_at is not None
    assert UsageRecord.objects.get().output_tokens == 6


def test_a_row_that_cannot_be_asked_for_ends_and_harms_no_other(
    worker: ModelWorker,
) -> None:
    odd = asked("to be", sampling={"max_tokens": 9, "of_a_newer_release": True})
    sound = asked("to be or not")
    worker.generate(odd.id)
    worker.generate(sound.id)
    odd.refresh_from_db()
    sound.refresh_from_db()
    assert (odd.status, odd.error_code) == (Status.FAILED, "internal")
    assert "of_a_newer_release" in odd.error_params["reason"]
    assert (sound.status, sound.output) == (Status.DONE, "to be or not")


def test_a_failure_is_stored_with_its_reason(worker: ModelWorker) -> None:
    generation = asked("word " * 9000)
    worker.generate(generation.id)
    generation.refresh_from_db()
    assert (generation.status, generation.error_code) == (
        Status.FAILED,
        "prompt_too_long",
    )
    assert generation.error_params == {"tokens": 9000, "limit": 8191}


def test_a_model_that_is_not_here_leaves_the_row_queued(worker: ModelWorker) -> None:
    generation = asked("to be", model="tiny")
    worker.generate(generation.id)
    generation.refresh_from_db()
    assert (generation.status, generation.epoch) == (Status.QUEUED, 0)


def test_what_another_worker_has_is_left_alone(worker: ModelWorker) -> None:
    generation = asked("to be")
    generation_claim(generation_id=generation.id, worker="box:2")
    worker.generate(generation.id)
    generation.refresh_from_db()
    assert (generation.worker, generation.epoch) == ("box:2", 1)


def test_it_goes_on_from_the_check_point(worker: ModelWorker) -> None:
    generation = asked("to be or not", output="to be", output_token_ids=[0, 1])
    worker.generate(generation.id)
    generation.refresh_from_db()
    assert generation.output == streamed(generation) == "to be or not"
    assert generation.output_token_ids == [0, 1, 2, 3]


def test_it_goes_on_from_the_stream_where_that_is_longer(worker: ModelWorker) -> None:
    generation = asked(
        "to be or not", output="to", output_token_ids=[0], epoch=1, attempts=1
    )
    id = str(generation.id)
    token_log_open(generation_id=id, epoch=1)
    token_log_append([Part(id, 1, [0, 1, 2], 3, "to BE or")])
    worker.generate(generation.id)
    generation.refresh_from_db()
    assert generation.output == streamed(generation) == "to BE or not"


def test_it_fills_the_stream_where_the_check_point_is_longer(
    worker: ModelWorker,
) -> None:
    generation = asked(
        "to be or not", output="to be or", output_token_ids=[0, 1, 2], epoch=1
    )
    id = str(generation.id)
    token_log_open(generation_id=id, epoch=1)
    token_log_append([Part(id, 1, [0], 1, "to")])
    worker.generate(generation.id)
    assert streamed(generation) == "to be or not"


def test_a_stop_ends_it_and_keeps_what_was_made(worker: ModelWorker) -> None:
    generation = asked("5000 200")
    thread = in_thread(worker, generation)
    wait_until(lambda: streamed(generation) != "")
    generation.refresh_from_db()
    generation_cancel(generation=generation)
    thread.join(WAIT_SECONDS)
    generation.refresh_from_db()
    assert (generation.status, generation.finish_reason) == (
        Status.CANCELLED,
        "cancelled",
    )
    assert generation.output == streamed(generation)
    assert 0 < generation.output_tokens < 5000


def test_a_stop_is_heard_also_without_redis(worker: ModelWorker) -> None:
    generation = asked("5000 200")
    thread = in_thread(worker, generation)
    wait_until(lambda: streamed(generation) != "")
    Generation.objects.update(cancel_requested_at=generation.queued_at)
    thread.join(WAIT_SECONDS)
    generation.refresh_from_db()
    assert generation.status == Status.CANCELLED


def test_a_worker_that_goes_gives_its_rows_back(worker: ModelWorker) -> None:
    generation = asked("5000 200")
    thread = in_thread(worker, generation)
    wait_until(lambda: streamed(generation) != "")
    worker.drain()
    thread.join(WAIT_SECONDS)
    generation.refresh_from_db()
    assert (generation.status, generation.attempts) == (Status.QUEUED, 0)
    assert generation.output.startswith(streamed(generation))
    assert generation.output
    worker.generate(generation.id)
    generation.refresh_from_db()
    assert generation.status == Status.QUEUED, "a draining worker claims nothing"


def test_a_wiped_redis_gets_the_whole_stream_again(worker: ModelWorker) -> None:
    generation = asked("300 300")
    thread = in_thread(worker, generation)
    wait_until(lambda: streamed(generation) != "")
    redis_client().flushall()
    thread.join(WAIT_SECONDS)
    generation.refresh_from_db()
    assert generation.status == Status.DONE
    assert generation.output == streamed(generation)
    assert generation.output_tokens == 300


def test_a_lost_stream_is_built_again(worker: ModelWorker) -> None:
    generation = asked("300 300")
    thread = in_thread(worker, generation)
    wait_until(lambda: streamed(generation) != "")
    redis_client().delete(stream_key(str(generation.id)))
    thread.join(WAIT_SECONDS)
    generation.refresh_from_db()
    assert generation.output == streamed(generation)


def test_a_worker_whose_row_was_taken_stops(worker: ModelWorker) -> None:
    generation = asked("5000 200")
    thread = in_thread(worker, generation)
    wait_until(lambda: streamed(generation) != "")
    Generation.objects.update(epoch=2, worker="box:2")
    redis_client().hset(fence_key(str(generation.id)), "epoch", "2")
    seen = streamed(generation)
    thread.join(WAIT_SECONDS)
    generation.refresh_from_db()
    assert (generation.status, generation.worker) == (Status.RUNNING, "box:2")
    assert not UsageRecord.objects.exists()
    assert streamed(generation).startswith(seen)


def lets_nobody_in(worker: ModelWorker) -> bool:
    seat = worker.seats.take()
    if seat:
        worker.seats.give_back(seat)
    return seat is None


def test_a_last_attempt_waits_until_it_is_alone(
    worker: ModelWorker, settings: Settings
) -> None:
    neighbour = asked("5000 200")
    its_thread = in_thread(worker, neighbour)
    wait_until(lambda: streamed(neighbour) != "")
    suspect = asked("to be", attempts=settings.MAX_ATTEMPTS - 1, epoch=2)
    thread = in_thread(worker, suspect)
    wait_until(lambda: lets_nobody_in(worker))
    newcomer = asked("or not to be")
    worker.generate(newcomer.id)
    for row in (suspect, newcomer):
        row.refresh_from_db()
        assert row.status == Status.QUEUED
    neighbour.refresh_from_db()
    generation_cancel(generation=neighbour)
    its_thread.join(WAIT_SECONDS)
    thread.join(WAIT_SECONDS)
    suspect.refresh_from_db()
    assert (suspect.status, suspect.output) == (Status.DONE, "to be")
    worker.generate(newcomer.id)
    newcomer.refresh_from_db()
    assert newcomer.status == Status.DONE


def test_a_last_attempt_that_is_stopped_holds_nobody_up(
    worker: ModelWorker, settings: Settings
) -> None:
    neighbour = asked("5000 200")
    its_thread = in_thread(worker, neighbour)
    wait_until(lambda: streamed(neighbour) != "")
    suspect = asked("to be", attempts=settings.MAX_ATTEMPTS - 1, epoch=2)
    thread = in_thread(worker, suspect)
    wait_until(lambda: lets_nobody_in(worker))
    generation_cancel(generation=suspect)
    thread.join(WAIT_SECONDS)
    newcomer = asked("or not to be")
    worker.generate(newcomer.id)
    newcomer.refresh_from_db()
    assert newcomer.status == Status.DONE
    generation_cancel(generation=neighbour)
    its_thread.join(WAIT_SECONDS)


def test_it_says_that_it_lives_and_what_it_has(worker: ModelWorker) -> None:
    wait_until(lambda: bool(workers_alive()))
    [status] = workers_alive()
    assert status.name == "box:1"
    assert [model.name for model in status.models] == ["scripted"]
    worker.close()
    assert workers_alive() == []
