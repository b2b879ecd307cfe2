"""The same with the model that people get, whose arithmetic is not so clear-cut."""

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from pytest_django import Settings

from inference.models.install import model_install
from inference.sampling_params import SamplingParams
from tests.faults.crew import Crew
from tests.faults.undisturbed import Question, assert_stream_whole, assert_whole
from tests.faults.world import World, moment
from webapp.accounts.models import User

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
NUM_TOKENS = 80
QUESTION = Question(
    "Write a short story about a lighthouse.",
    SamplingParams(temperature=0, max_tokens=NUM_TOKENS),
)


@pytest.fixture
def real_world(crew: Crew, alice: User, settings: Settings) -> Iterator[World]:
    crew.muster(0)  # they share the queue, and know only their own model
    home = Path(os.environ["TANDEM_MODELS_HOME"])
    model_install("smollm2", home)
    settings.MODEL_NAMES = ["smollm2"]
    real_crew = Crew(models="smollm2", models_home=home)
    world = World(crew=real_crew, person=alice, answers={}, model="smollm2")
    yield world
    world.close()
    real_crew.close()


def test_smollm2_goes_on_word_for_word(real_world: World, random: Random) -> None:
    world = real_world
    world.crew.muster(2)
    expected = world.undisturbed(QUESTION)
    world.sweeper.start()
    generation, reader = world.ask(QUESTION)
    reader.wait_for_token(moment(random, NUM_TOKENS))
    victim = world.crew.of(generation)
    survivors = world.crew.others_than(victim)
    victim.kill()
    reader.wait_for_end()
    assert_whole(generation, reader.page, expected)
    assert_stream_whole(generation)
    assert "resuming" in reader.page.states
    assert generation.worker in survivors
