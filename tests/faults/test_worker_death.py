"""kill -9 in the middle of an answer, twenty times: nobody can tell afterwards."""

from random import Random

import pytest

from tests.faults.undisturbed import QUESTIONS, assert_stream_whole, assert_whole
from tests.faults.world import World, moment
from webapp.common.exit_codes import EXIT_MODELS_LOST

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
TIMES = range(20)


@pytest.mark.parametrize("time", TIMES)
def test_it_goes_on_with_the_other_worker(
    time: int, world: World, random: Random
) -> None:
    world.crew.muster(2, reserve=1)
    question = QUESTIONS[time % len(QUESTIONS)]
    expected = world.undisturbed(question)
    world.sweeper.start()
    generation, reader = world.ask(question)
    reader.wait_for_token(moment(random))
    victim = world.crew.of(generation)
    victim.kill()
    world.crew.start()  # for the next time
    reader.wait_for_end()
    assert_whole(generation, reader.page, expected)
    assert_stream_whole(generation)
    assert "resuming" in reader.page.states
    assert reader.page.num_snapshots == 1
    assert generation.worker != victim.name
    assert (generation.epoch, generation.attempts) == (2, 1)


@pytest.mark.parametrize("time", TIMES)
def test_it_goes_on_with_the_same_worker_started_again(
    time: int, world: World, random: Random
) -> None:
    world.crew.muster(1)
    question = QUESTIONS[time % len(QUESTIONS)]
    expected = world.undisturbed(question)
    world.sweeper.start()
    generation, reader = world.ask(question)
    reader.wait_for_token(moment(random))
    world.crew.of(generation).kill()
    successor = world.crew.start()
    reader.wait_for_end()
    assert_whole(generation, reader.page, expected)
    assert_stream_whole(generation)
    assert "resuming" in reader.page.states
    assert reader.page.num_snapshots == 1
    assert generation.worker == successor.name
    assert (generation.epoch, generation.attempts) == (2, 1)


def test_a_worker_whose_models_die_goes_with_them(world: World, random: Random) -> None:
    world.crew.muster(2, reserve=1)
    expected = world.undisturbed(QUESTIONS[0])
    world.sweeper.start()
    generation, reader = world.ask(QUESTIONS[0])
    reader.wait_for_token(moment(random))
    victim = world.crew.of(generation)
    victim.kill_models()
    assert victim.wait(30) == EXIT_MODELS_LOST
    reader.wait_for_end()
    assert_whole(generation, reader.page, expected)
    assert_stream_whole(generation)
    assert generation.worker != victim.name
