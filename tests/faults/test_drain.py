"""SIGTERM, as a deployment sends it: the worker hands over and goes."""

import signal
from random import Random

import pytest

from tests.faults.undisturbed import QUESTIONS, assert_stream_whole, assert_whole
from tests.faults.world import World, moment

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
EXIT_SECONDS = 60  # one whose drain was cut short ends with another code than 0


def test_the_other_worker_goes_on_and_no_attempt_is_counted(
    world: World, random: Random
) -> None:
    world.crew.muster(2)
    expected = world.undisturbed(QUESTIONS[2])
    world.sweeper.start()
    generation, reader = world.ask(QUESTIONS[2])
    reader.wait_for_token(moment(random))
    leaving = world.crew.of(generation)
    staying = world.crew.others_than(leaving)
    leaving.signal(signal.SIGTERM)
    reader.wait_for_end()
    assert leaving.wait(EXIT_SECONDS) == 0
    assert_whole(generation, reader.page, expected)
    assert_stream_whole(generation)
    assert generation.worker in staying
    assert (generation.epoch, generation.attempts) == (2, 0)
    assert leaving.status is None  # it said goodbye


def test_all_that_it_was_writing_goes_on_elsewhere(
    world: World, random: Random
) -> None:
    [leaving] = world.crew.muster(1)
    expected = [world.undisturbed(question) for question in QUESTIONS]
    world.sweeper.start()
    asked = [world.ask(question) for question in QUESTIONS]
    for _generation, reader in asked:
        reader.wait_for_token(moment(random, num_tokens=200))
    leaving.signal(signal.SIGTERM)
    world.crew.start()
    assert leaving.wait(EXIT_SECONDS) == 0
    for (generation, reader), answer in zip(asked, expected, strict=True):
        reader.wait_for_end()
        assert_whole(generation, reader.page, answer)
        assert_stream_whole(generation)
        assert (generation.epoch, generation.attempts) == (2, 0)
