"""Other programs are told where the version that serves lies, or why it does not."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings
from transformers import AutoModelForCausalLM, AutoTokenizer

from tests.inference.tiny_model import model_write
from tests.webapp.tuning.factories import ModelVersionFactory
from webapp.tuning.models import ModelVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def directory(tmp_path: Path, settings: Settings) -> Path:
    """Of the only model that is configured."""
    directory = model_write(tmp_path / "tiny")
    settings.TANDEM_MODELS = [str(directory)]
    settings.MODEL_NAMES = ["tiny"]
    settings.TANDEM_MODELS_HOME = tmp_path / "home"
    return directory


def path_of(model: str, capsys: pytest.CaptureFixture[str]) -> str:
    call_command("model_path", model)
    return capsys.readouterr().out.strip()


def test_the_stock_classes_load_what_it_names(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = path_of("tiny", capsys)
    assert path == str(directory)
    assert AutoTokenizer.from_pretrained(path)("word").input_ids
    assert AutoModelForCausalLM.from_pretrained(path).config.model_type == "llama"


def test_a_promoted_version_takes_the_place(
    directory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tuned = model_write(tmp_path / "tuned")
    ModelVersionFactory.create(
        model="tiny", directory=str(tuned), state=ModelVersion.State.PROMOTED
    )
    assert path_of("tiny", capsys) == str(tuned)


def test_it_names_the_models_that_there_are(directory: Path) -> None:
    with pytest.raises(CommandError, match=r"other: no such model; .* offers tiny"):
        call_command("model_path", "other")


def test_it_says_what_is_missing(directory: Path) -> None:
    (directory / "config.json").unlink()
    with pytest.raises(CommandError, match=r"config\.json: is missing"):
        call_command("model_path", "tiny")
