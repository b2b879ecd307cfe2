"""Who sits where: the batch never takes all slots."""

import pytest

from inference.worker.jobs import Jobs
from webapp.common.ids import new_id


@pytest.mark.parametrize(("slots", "most"), [(1, 1), (2, 1), (4, 3), (8, 6)])
def test_the_batch_leaves_room(slots: int, most: int) -> None:
    jobs = Jobs(slots)
    seats = [jobs.seat_take(new_id(), "batch") for _ in range(slots)]
    assert sum(seats) == most
    assert jobs.seat_take(new_id(), "interactive")


def test_a_seat_that_was_given_back_is_free() -> None:
    jobs = Jobs(1)
    first, second = new_id(), new_id()
    assert jobs.seat_take(first, "batch") and not jobs.seat_take(second, "batch")
    jobs.seat_give_back(first)
    assert jobs.seat_take(second, "batch")
