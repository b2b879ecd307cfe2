"""Nothing of ours helps here: beat and the default worker find what was lost."""

import subprocess
from collections.abc import Iterator
from random import Random

import pytest

from tests.faults.crew import START_SECONDS, Crew, beat_start, default_worker_start
from tests.faults.patience import eventually
from tests.faults.undisturbed import QUESTIONS, assert_stream_whole, assert_whole
from tests.faults.world import World, moment
from tests.servers import process_end
from webapp.generation.sweeper import sweeper_is_alive

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sweeping(crew: Crew) -> Iterator[None]:
    processes: list[subprocess.Popen[bytes]] = [default_worker_start(), beat_start()]
    yield
    for process in processes:
        process_end(process)


def test_a_lost_answer_is_found_and_goes_on(
    sweeping: None, world: World, random: Random
) -> None:
    world.crew.muster(2)
    expected = world.undisturbed(QUESTIONS[0])
    eventually(sweeper_is_alive, seconds=START_SECONDS)
    generation, reader = world.ask(QUESTIONS[0])
    reader.wait_for_token(moment(random))
    victim = world.crew.of(generation)
    survivors = world.crew.others_than(victim)
    victim.kill()
    reader.wait_for_end()
    assert_whole(generation, reader.page, expected)
    assert_stream_whole(generation)
    assert "resuming" in reader.page.states
    assert generation.worker in survivors
