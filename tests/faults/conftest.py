"""Real processes to be killed, and a seed that says when."""

import os
import secrets
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.conf import settings as django_settings
from pytest_django import DjangoDbBlocker, Settings

from tests.faults.crew import Crew
from tests.faults.undisturbed import Answer, Question
from tests.faults.world import World
from tests.inference.tiny_model import model_write
from tests.servers import process_end, redis_start
from webapp.accounts.models import User

SEED = int(os.environ.get("TANDEM_FAULT_SEED") or secrets.randbelow(1_000_000))
CONTEXT = 2048
TEST_SECONDS = 1200


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Several starts of a worker may be in one test, and a busy machine is slow."""
    for item in items:
        if item.get_closest_marker("fault"):
            item.add_marker(pytest.mark.timeout(TEST_SECONDS))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    terminalreporter.write_line(f"Faults happened as TANDEM_FAULT_SEED={SEED} says.")


@pytest.fixture
def random(request: pytest.FixtureRequest) -> Random:
    """Each test's own, so that one alone happens as it does among all."""
    return Random(f"{SEED} {request.node.name}")


@pytest.fixture(scope="package")
def crew(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    redis_server: "subprocess.Popen[bytes]",
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Crew]:
    """Workers of a tiny model that writes a thousand tokens a second.

    They end with these tests: they speak to the Redis that all tests share, and others
    would take their signs of life for those of their own workers.
    """
    models = tmp_path_factory.mktemp("fault-models")
    directory = model_write(models / "tiny", context=CONTEXT)
    with django_db_blocker.unblock():
        crew = Crew(models=str(directory), models_home=models / "home")
    yield crew
    crew.close()


@pytest.fixture(scope="session")
def answers() -> dict[Question, Answer]:
    return {}


@pytest.fixture
def world(
    crew: Crew,
    answers: dict[Question, Answer],
    alice: User,
    settings: Settings,
) -> Iterator[World]:
    settings.MODEL_NAMES = ["tiny"]
    world = World(crew=crew, person=alice, answers=answers, model="tiny")
    yield world
    world.close()


@pytest.fixture(scope="session")
def redis_restart(
    redis_server: "subprocess.Popen[bytes]",
) -> Iterator[Callable[[], None]]:
    """Kill the redis-server and start another, which knows nothing, in its place."""
    servers = [redis_server]
    home: Path = django_settings.TANDEM_HOME

    def restart() -> None:
        servers[-1].kill()
        servers[-1].wait()
        servers.append(redis_start(home / "redis"))

    yield restart
    for server in servers[1:]:
        process_end(server)
