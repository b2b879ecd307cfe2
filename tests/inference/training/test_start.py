"""A run may begin with what another left: its vocabulary and its weights."""

from pathlib import Path
from typing import Any

import pytest

from inference.training.errors import TrainingError
from inference.training.preparation import run_prepare
from inference.training.trainer import Ending, Trainer
from tests.inference.training.conftest import settings_with


@pytest.fixture
def finished(data: Path, home: Path, tmp_path: Path) -> Path:
    settings = settings_with(training={"steps": 8})
    trainer = Trainer(settings, run_prepare(settings, data, tmp_path), tmp_path)
    assert trainer.run(should_stop=lambda: False) is Ending.FINISHED
    return trainer.model_directory


def trainer_from(start: Path, data: Path, home: Path, **model: Any) -> Trainer:
    settings = settings_with(
        data={"directions": ["en-fr"]}, training={"start": str(start)}, model=model
    )
    return Trainer(settings, run_prepare(settings, data, home), home)


def test_a_run_begins_where_another_ended(
    finished: Path, data: Path, tmp_path: Path
) -> None:
    trainer = trainer_from(finished, data, tmp_path / "next")
    trainer.run(should_stop=lambda: True)
    for name in ("model.safetensors", "tokenizer.json"):
        ours = (trainer.model_directory / name).read_bytes()
        assert ours == (finished / name).read_bytes()


def test_it_refuses_a_beginning_of_another_shape(
    finished: Path, data: Path, tmp_path: Path
) -> None:
    with pytest.raises(TrainingError, match="this run cannot begin there"):
        trainer_from(finished, data, tmp_path / "next", width=64)


def test_it_refuses_a_beginning_that_is_not_there(data: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="has no vocabulary to begin with"):
        trainer_from(tmp_path / "nothing", data, tmp_path / "next")


def test_a_narrow_run_leaves_room_in_its_vocabulary(data: Path, tmp_path: Path) -> None:
    settings = settings_with(
        data={"directions": ["en-fr"]}, vocabulary={"directions": ["fr-en"]}
    )
    tokenizer = run_prepare(settings, data, tmp_path).tokenizer
    for prefix in ("translate English to French:", "Translate French to English:"):
        assert len(tokenizer.encode(prefix, add_special_tokens=False).ids) == 1
