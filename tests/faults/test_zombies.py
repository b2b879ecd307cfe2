"""A worker that was paused for longer than its lease, and then comes back."""

from random import Random
from typing import Any

import pytest

from tests.faults.patience import eventually
from tests.faults.undisturbed import (
    QUESTIONS,
    assert_stream_whole,
    assert_whole,
    stream_items,
)
from tests.faults.world import World, moment
from webapp.generation.models import Generation

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]


def test_what_it_writes_after_another_took_over_changes_nothing(
    world: World, random: Random
) -> None:
    world.crew.muster(2)
    expected = world.undisturbed(QUESTIONS[0])
    world.sweeper.start()
    generation, reader = world.ask(QUESTIONS[0])
    reader.wait_for_token(moment(random))
    zombie = world.crew.of(generation)
    zombie.pause()
    reader.wait_for_end()
    assert_whole(generation, reader.page, expected)
    before = _traces(generation)
    zombie.resume()
    # It has noticed once it says, for the first time since, that it does nothing.
    eventually(lambda: zombie.status is not None and zombie.status.running == 0)
    assert _traces(generation) == before
    assert_whole(generation, reader.page, expected)
    assert_stream_whole(generation)
    assert generation.epoch == 2


def test_it_takes_its_own_row_again_when_it_is_alone(
    world: World, random: Random
) -> None:
    [worker] = world.crew.muster(1)
    expected = world.undisturbed(QUESTIONS[1])
    world.sweeper.start()
    generation, reader = world.ask(QUESTIONS[1])
    reader.wait_for_token(moment(random))
    worker.pause()
    eventually(lambda: _status(generation) == Generation.Status.QUEUED)
    worker.resume()
    reader.wait_for_end()
    assert_whole(generation, reader.page, expected)
    assert_stream_whole(generation)
    assert "resuming" in reader.page.states
    assert generation.epoch == 2


def _traces(generation: Generation) -> tuple[Any, ...]:
    """All that the row and the stream say."""
    [row] = Generation.objects.filter(id=generation.id).values()
    return row, stream_items(generation)


def _status(generation: Generation) -> str:
    generation.refresh_from_db()
    return generation.status
