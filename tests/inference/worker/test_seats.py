"""Who sits where: the batch never takes all slots, and a last attempt sits alone."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from inference.worker import seats as seats_module
from inference.worker.seats import Seat, Seats

SECONDS = 30


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def waiting(
    pool: ThreadPoolExecutor, seats: Seats, is_wanted: Callable[[], bool] | None = None
) -> "Future[Seat | None]":
    """Somebody who has begun to wait until the worker is empty."""
    has_begun = threading.Event()

    def asked() -> bool:
        has_begun.set()
        return is_wanted() if is_wanted else True

    future = pool.submit(seats.take_alone, asked)
    assert has_begun.wait(SECONDS)
    return future


@pytest.mark.parametrize(("slots", "most"), [(1, 3), (2, 3), (4, 9), (8, 18)])
def test_of_the_batch_twice_as_many_wait_as_run(slots: int, most: int) -> None:
    seats = Seats(slots)
    assert len(seats.take_batch()) == most
    assert seats.take_batch() == []
    assert seats.take(), "people are let in beside it"


def test_a_seat_that_was_given_back_is_free() -> None:
    seats = Seats(1)
    first, *_others = seats.take_batch()
    seats.give_back(first)
    assert len(seats.take_batch()) == 1


def test_the_batch_is_asked_for_when_some_seats_are_free() -> None:
    seats = Seats(8)
    taken = seats.take_batch()
    for seat in taken[:3]:
        seats.give_back(seat)
    assert seats.take_batch() == []
    seats.give_back(taken[3])
    assert len(seats.take_batch()) == 4


def test_the_last_attempt_has_an_empty_worker_to_itself() -> None:
    seats = Seats(4)
    alone = seats.take_alone(lambda: True)
    assert alone and alone.is_alone
    assert seats.take() is None
    assert seats.take_alone(lambda: True) is None
    seats.give_back(alone)
    assert seats.take()


def test_it_waits_until_the_others_have_left_and_lets_nobody_pass(
    pool: ThreadPoolExecutor,
) -> None:
    seats = Seats(4)
    first, second = seats.take(), seats.take()
    assert first and second
    future = waiting(pool, seats)
    assert seats.take() is None, "else it might wait for ever"
    seats.give_back(first)
    assert seats.take() is None
    seats.give_back(second)
    alone = future.result(SECONDS)
    assert alone and alone.is_alone


def test_of_two_last_attempts_one_stays_queued(pool: ThreadPoolExecutor) -> None:
    """Two who waited for each other would wait for ever."""
    seats = Seats(4)
    neighbour = seats.take()
    assert neighbour
    first = waiting(pool, seats)
    assert seats.take_alone(lambda: True) is None
    seats.give_back(neighbour)
    alone = first.result(SECONDS)
    assert alone
    seats.give_back(alone)
    assert seats.take_alone(lambda: True)


def test_it_does_not_wait_for_a_row_that_is_not_queued_any_more(
    pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats_module, "_LOOK_SECONDS", 0)
    seats = Seats(4)
    assert seats.take()
    is_queued = threading.Event()
    is_queued.set()
    future = waiting(pool, seats, is_queued.is_set)
    is_queued.clear()  # another worker took it, or it was stopped
    assert future.result(SECONDS) is None
    assert seats.take(), "the others need not wait any more"


def test_a_database_that_is_away_does_not_close_the_worker() -> None:
    def is_wanted() -> bool:
        raise ConnectionError

    seats = Seats(4)
    with pytest.raises(ConnectionError):
        seats.take_alone(is_wanted)
    assert seats.take()


def test_a_worker_that_ends_keeps_nobody_waiting(pool: ThreadPoolExecutor) -> None:
    seats = Seats(4)
    assert seats.take()
    future = waiting(pool, seats)
    seats.close()
    assert future.result(SECONDS) is None
    assert seats.take() is None
