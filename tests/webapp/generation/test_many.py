"""Generations that are claimed, ended and cancelled together."""

from collections.abc import Callable, Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from tests.webapp.generation.factories import GenerationFactory, running_make
from webapp.common.redis import redis_client
from webapp.generation.models import Generation, UsageRecord
from webapp.generation.services import (
    Ended,
    Ending,
    generations_cancel,
    generations_claim,
    generations_end,
)
from webapp.generation.token_log import END_MARK, stream_key

pytestmark = pytest.mark.django_db

Status, Queue = Generation.Status, Generation.Queue
DONE = Ending(
    status=Status.DONE, finish_reason="stop", output="to", output_token_ids=[1]
)


def queued_make(count: int, **fields: object) -> list[Generation]:
    return GenerationFactory.create_batch(count, **{"queue": Queue.BATCH, **fields})


def claim(count: int) -> Sequence[Generation]:
    versions = {"scripted": "v1"}
    return generations_claim(
        worker="box:1", queue=Queue.BATCH, versions=versions, count=count
    )


def num_statements(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as seen:
        work()
    return len(seen)


def test_those_that_wait_longest_are_claimed() -> None:
    queued = queued_make(5)

    claimed = claim(3)

    assert [row.pk for row in claimed] == [row.pk for row in queued[:3]]
    assert {(row.status, row.epoch, row.worker) for row in claimed} == {
        ("running", 1, "box:1")
    }
    assert {row.model_version for row in claimed} == {"v1"}
    assert [row.pk for row in claim(9)] == [row.pk for row in queued[3:]]
    assert claim(9) == []


def test_what_is_not_for_this_worker_to_take_is_left(settings: Settings) -> None:
    queued_make(1, model="another")
    queued_make(1, queue=Queue.INTERACTIVE)
    queued_make(1, status=Status.RUNNING)
    queued_make(1, attempts=settings.MAX_ATTEMPTS - 1)

    assert claim(9) == []


def test_many_are_claimed_in_as_many_statements_as_one() -> None:
    queued_make(31)

    one = num_statements(lambda: claim(1))

    assert num_statements(lambda: claim(30)) == one


def test_those_of_a_lost_claim_do_not_end_with_the_others(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    mine, lost = running_make(), running_make(epoch=2)

    with django_capture_on_commit_callbacks(execute=True):
        ended = generations_end(
            ended=[Ended(mine.pk, 1, DONE), Ended(lost.pk, 1, DONE)]
        )

    assert ended == 1
    mine.refresh_from_db()
    lost.refresh_from_db()
    assert (mine.status, lost.status) == (Status.DONE, Status.RUNNING)
    assert UsageRecord.objects.get().generation_id == mine.pk
    [(id, _fields)] = redis_client().xrange(stream_key(str(mine.pk)))  # type: ignore[misc]  # sync client
    assert id.endswith(f"-{END_MARK}")
    assert not redis_client().exists(stream_key(str(lost.pk)))


def test_one_more_end_costs_one_more_statement() -> None:
    def end(count: int) -> int:
        rows = [running_make() for _ in range(count)]
        ended = [Ended(row.pk, 1, DONE) for row in rows]
        return num_statements(lambda: generations_end(ended=ended))

    assert end(21) - end(1) == 20


def test_many_are_cancelled_in_as_many_statements_as_two() -> None:
    def cancel(count: int) -> int:
        rows = [*queued_make(count), *(running_make() for _ in range(count))]
        return num_statements(lambda: generations_cancel(ids=[r.pk for r in rows]))

    assert cancel(1) == cancel(20)
    queued = Generation.objects.filter(queue=Queue.BATCH)
    assert set(queued.values_list("status", flat=True)) == {Status.CANCELLED}
    running = Generation.objects.filter(status=Status.RUNNING)
    assert not running.filter(cancel_requested_at=None).exists()
    assert UsageRecord.objects.count() == 21
