"""A prompt that takes its worker with it each time."""

from random import Random

import pytest

from inference.contract import ErrorCode
from tests.faults.crew import START_SECONDS
from tests.faults.patience import eventually
from tests.faults.undisturbed import (
    QUESTIONS,
    assert_charged_once,
    assert_page_shows,
    assert_whole,
)
from tests.faults.world import World
from webapp.generation.events import Failed
from webapp.generation.models import Generation

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
MOST_ATTEMPTS = 3


def test_it_is_given_up_after_three_workers_and_its_neighbour_finishes(
    world: World, random: Random
) -> None:
    world.crew.muster(2)
    expected = world.undisturbed(QUESTIONS[1])
    world.sweeper.start()
    neighbour, its_reader = world.ask(QUESTIONS[1])
    poison, reader = world.ask(QUESTIONS[0])
    for epoch in range(1, MOST_ATTEMPTS + 1):
        eventually(lambda: _is_running(poison, epoch), seconds=START_SECONDS)  # noqa: B023  # used at once
        world.crew.of(poison).kill()
        world.crew.start()
    reader.wait_for_end()
    poison.refresh_from_db()
    assert poison.status == Generation.Status.FAILED
    assert poison.error_code == ErrorCode.POISONED
    assert poison.error_params == {"attempts": MOST_ATTEMPTS}
    assert isinstance(reader.page.end, Failed)
    assert reader.page.end.code == ErrorCode.POISONED
    assert_page_shows(poison, reader.page)
    assert_charged_once(poison)
    its_reader.wait_for_end()
    assert_whole(neighbour, its_reader.page, expected)


def _is_running(generation: Generation, epoch: int) -> bool:
    generation.refresh_from_db()
    is_running = generation.status == Generation.Status.RUNNING
    return is_running and generation.epoch == epoch


def test_a_neighbour_that_shared_its_workers_is_not_given_up_with_it(
    world: World, random: Random
) -> None:
    world.crew.muster(1)
    expected = world.undisturbed(QUESTIONS[1])
    world.sweeper.start()
    poison, reader = world.ask(QUESTIONS[0])
    neighbour, its_reader = world.ask(QUESTIONS[1])
    for epoch in range(1, MOST_ATTEMPTS):
        eventually(
            lambda: _is_running(poison, epoch) and _is_running(neighbour, epoch),  # noqa: B023  # used at once
            seconds=START_SECONDS,
        )
        world.crew.of(poison).kill()
        world.crew.start()
    # Each has one attempt left; whichever comes first, the other one is not beside it.
    eventually(lambda: _is_running(poison, MOST_ATTEMPTS), seconds=START_SECONDS)
    neighbour.refresh_from_db()
    assert neighbour.attempts == MOST_ATTEMPTS - 1
    assert neighbour.status != Generation.Status.RUNNING
    world.crew.of(poison).kill()
    world.crew.start()
    reader.wait_for_end()
    poison.refresh_from_db()
    assert poison.error_code == ErrorCode.POISONED
    its_reader.wait_for_end()
    assert_whole(neighbour, its_reader.page, expected)
    assert neighbour.attempts == MOST_ATTEMPTS - 1
