"""Most of these tests need no arithmetic: their engines run on a HistoryModel."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.inference.engine.history_harness import HistoryHarness, history_harness

MakeHistory = Callable[..., HistoryHarness]


@pytest.fixture
def make_history(tiny_directory: Path) -> Iterator[MakeHistory]:
    """Engines that are closed after the test, and must have given everything back."""
    made: list[HistoryHarness] = []

    def make(**settings: Any) -> HistoryHarness:
        made.append(history_harness(tiny_directory, **settings))
        return made[-1]

    yield make
    for harness in made:
        harness.engine.close()
        assert harness.model.held_bytes == 0


@pytest.fixture
def history(make_history: MakeHistory) -> HistoryHarness:
    return make_history()
