"""A run's result becomes a model of a name, and what is damaged is noticed."""

from pathlib import Path

import pytest

from inference.errors import ModelUnavailableError
from inference.models import shipped
from inference.models.registry import resolve
from inference.text.tokenizer_settings import repetition_penalty_read
from inference.training.preparation import run_prepare
from inference.training.ship import main
from inference.training.trainer import Trainer
from tests.inference.training.conftest import settings_with

WORDS = ["--label", "A toy", "--licence", "Apache-2.0", "--languages", "en", "fr"]


@pytest.fixture
def run(data: Path, tmp_path: Path) -> Path:
    home = tmp_path / "run"
    settings = settings_with(training={"steps": 1})
    trainer = Trainer(settings, run_prepare(settings, data, home), home)
    trainer.run(should_stop=lambda: False)
    return home


@pytest.fixture
def toy(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Shipped under the name toy."""
    directory = tmp_path / "models" / "toy"
    monkeypatch.setattr(shipped, "SHIPPED_HOME", directory.parent)
    assert main([str(run), str(directory), *WORDS]) == 0
    return directory


def test_its_directory_is_a_shipped_name(toy: Path, tmp_path: Path) -> None:
    manifest = resolve("toy", tmp_path)
    assert manifest.directory == toy
    assert (manifest.name, manifest.label) == ("toy", "A toy")
    assert manifest.languages == ("en", "fr")
    assert manifest.context_length == 128


def test_it_may_wish_to_be_kept_from_repeating_itself(
    run: Path, tmp_path: Path
) -> None:
    directory = tmp_path / "models" / "toy"
    assert main([str(run), str(directory), *WORDS]) == 0
    assert repetition_penalty_read(directory) == 1
    again = ["--repetition-penalty", "1.2"]
    assert main([str(run), str(directory), *WORDS, *again]) == 0
    assert repetition_penalty_read(directory) == 1.2


def test_a_damaged_file_is_noticed(toy: Path, tmp_path: Path) -> None:
    path = toy / "tokenizer.json"
    path.write_text(path.read_text("utf-8").replace("a", "b", 1), "utf-8")
    with pytest.raises(ModelUnavailableError, match="SHA-256"):
        resolve("toy", tmp_path)


def test_a_new_result_takes_the_place_and_leaves_the_card(run: Path, toy: Path) -> None:
    (toy / "README.md").write_text("A card")
    assert main([str(run), str(toy), *WORDS]) == 0
    assert (toy / "README.md").read_text() == "A card"


def test_what_was_not_trained_is_not_shipped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path), str(tmp_path / "toy"), *WORDS]) == 1
    assert "Not shipped: " in capsys.readouterr().err
    assert not (tmp_path / "toy").exists()
