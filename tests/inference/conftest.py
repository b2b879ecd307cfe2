"""Tiny models, made once a session, and the real one, installed once for all."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from inference.models.install import model_install
from tests.inference.engine_harness import Harness, harness_make
from tests.inference.tiny_model import model_write

REPOSITORY = Path(__file__).parents[2]
MakeHarness = Callable[..., Harness]


@pytest.fixture(scope="session")
def models_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models-home")


@pytest.fixture(scope="session")
def tiny_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return model_write(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="session")
def sliding_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return model_write(tmp_path_factory.mktemp("models") / "sliding", is_sliding=True)


@pytest.fixture(scope="session")
def poisoned_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return model_write(tmp_path_factory.mktemp("models") / "poisoned", is_poisoned=True)


@pytest.fixture
def make_harness(tiny_directory: Path, models_home: Path) -> Iterator[MakeHarness]:
    """Engines of the tiny model (or another directory), closed after the test."""
    made: list[Harness] = []

    def make(directory: Path = tiny_directory, **config: Any) -> Harness:
        made.append(harness_make(directory, models_home, **config))
        return made[-1]

    yield make
    for harness in made:
        harness.engine.close()


@pytest.fixture
def harness(make_harness: MakeHarness) -> Harness:
    return make_harness()


@pytest.fixture(scope="session")
def installed_home() -> Path:
    """A models home with SmolLM2 in it; fetched and converted if it is not there."""
    default = REPOSITORY / "var" / "models"
    home = Path(os.environ.get("TANDEM_MODELS_HOME", default))
    model_install("smollm2", home)
    return home


@pytest.fixture(scope="session")
def smollm2_directory(installed_home: Path) -> Path:
    return installed_home / "smollm2"
