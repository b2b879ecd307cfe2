"""Redis forgets everything, or goes away, in the middle of an answer."""

from collections.abc import Callable
from random import Random

import pytest
import redis

from tests.faults.undisturbed import QUESTIONS, Question, assert_whole
from tests.faults.world import World, moment

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.text)
def test_an_answer_survives_a_wiped_redis(
    question: Question, world: World, random: Random, redis_client: redis.Redis
) -> None:
    world.crew.muster(1)
    expected = world.undisturbed(question)
    world.sweeper.start()
    generation, reader = world.ask(question)
    reader.wait_for_token(moment(random))
    redis_client.flushall()
    reader.wait_for_end()
    assert_whole(generation, reader.page, expected)
    assert generation.epoch == 1


def test_an_answer_survives_a_redis_that_is_killed_and_started_again(
    world: World, random: Random, redis_restart: Callable[[], None]
) -> None:
    world.crew.muster(1)
    expected = world.undisturbed(QUESTIONS[0])
    world.sweeper.start()
    generation, reader = world.ask(QUESTIONS[0])
    reader.wait_for_token(moment(random))
    redis_restart()
    reader.wait_for_end()
    assert_whole(generation, reader.page, expected)


def test_the_worker_takes_prompts_again_after_redis_came_back(
    world: World, redis_restart: Callable[[], None]
) -> None:
    world.crew.muster(1)
    expected = world.undisturbed(QUESTIONS[0])
    world.sweeper.start()
    redis_restart()
    generation, reader = world.ask(QUESTIONS[0])
    reader.wait_for_end()
    assert_whole(generation, reader.page, expected)
    assert generation.epoch == 1
