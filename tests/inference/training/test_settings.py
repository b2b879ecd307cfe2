"""A wrong setting is named, with its value and what would be right."""

from pathlib import Path
from typing import Any

import pytest

from inference.training.errors import TrainingError
from inference.training.settings import settings_read
from tests.inference.training.conftest import settings_with

CONFIGS = Path(__file__).parents[3] / "inference" / "training" / "configs"


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.toml")), ids=lambda p: p.stem)
def test_what_is_shipped_is_right(path: Path) -> None:
    assert settings_read(path).training.steps > 0


@pytest.mark.parametrize(
    ("section", "name", "value", "words"),
    [
        ("data", "directions", ["en-xx"], "'xx': not a language"),
        ("data", "directions", [], "data.directions"),
        ("data", "weights", {"tatoeba": -1}, "data.weights.tatoeba is -1"),
        ("model", "heads", 3, "model.heads is 3; it must be a divisor of the width 32"),
        ("model", "width", "wide", "model.width is 'wide'; it must be a number"),
        ("training", "precision", "fp8", "it must be fp32 or bf16"),
        ("training", "schedule", "none", "it must be inverse_sqrt, cosine or wsd"),
        ("training", "optimiser", "sgd", "it must be a known setting"),
        ("vocabulary", "directions", ["en"], "a direction is written like en-fr"),
        ("rhythm", "log_steps", 0, "rhythm.log_steps is 0"),
        ("vocabulary", "size", 100_000, "vocabulary.size is 100000"),
    ],
)
def test_it_names_a_wrong_setting(
    section: str, name: str, value: Any, words: str
) -> None:
    with pytest.raises(TrainingError, match=words):
        settings_with(**{section: {name: value}})


def test_it_names_a_file_that_is_no_toml(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("[data")
    with pytest.raises(TrainingError, match=r"broken\.toml"):
        settings_read(tmp_path / "broken.toml")
    (tmp_path / "empty.toml").write_text("")
    with pytest.raises(TrainingError, match=r"\[data\] is None; it must be there"):
        settings_read(tmp_path / "empty.toml")
