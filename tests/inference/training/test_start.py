"""A run may begin with what another left: its vocabulary and its weights."""

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers import T5ForConditionalGeneration

from inference.training import export
from inference.training.errors import TrainingError
from inference.training.preparation import run_prepare
from inference.training.trainer import Ending, Trainer
from tests.inference.training.conftest import settings_with


@pytest.fixture
def finished(data: Path, home: Path, tmp_path: Path) -> Path:
    settings = settings_with(training={"steps": 8}, model={"encoder_layers": 2})
    trainer = Trainer(settings, run_prepare(settings, data, tmp_path), tmp_path)
    assert trainer.run(should_stop=lambda: False) is Ending.FINISHED
    return trainer.model_directory


def trainer_from(start: Path, data: Path, home: Path, **model: Any) -> Trainer:
    settings = settings_with(
        data={"directions": ["en-fr"]},
        training={"start": str(start)},
        model={"encoder_layers": 2, **model},
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


def test_it_may_begin_with_weights_in_several_files(
    finished: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "FILE_BYTES", 50_000)
    first = trainer_from(finished, data, tmp_path / "first")
    first.run(should_stop=lambda: True)
    assert len(list(first.model_directory.glob("model-*.safetensors"))) > 1
    monkeypatch.undo()
    second = trainer_from(first.model_directory, data, tmp_path / "second")
    second.run(should_stop=lambda: True)
    whole = (second.model_directory / "model.safetensors").read_bytes()
    assert whole == (finished / "model.safetensors").read_bytes()


def test_a_larger_model_begins_with_what_the_smaller_one_knows(
    finished: Path, data: Path, tmp_path: Path
) -> None:
    grown = trainer_from(
        finished,
        data,
        tmp_path / "next",
        encoder_layers=3,
        decoder_layers=2,
        ffn_width=96,
    )
    grown.run(should_stop=lambda: True)
    stock: Any = T5ForConditionalGeneration  # untyped; it comes without dropout
    small = stock.from_pretrained(finished)
    large = stock.from_pretrained(grown.model_directory)
    assert large.num_parameters() > small.num_parameters()
    tokens = torch.randint(3, 500, (4, 11))
    with torch.no_grad():
        before, after = (
            model(input_ids=tokens, decoder_input_ids=tokens).logits
            for model in (small, large)
        )
    torch.testing.assert_close(after, before)


def test_what_was_grown_learns(finished: Path, data: Path, tmp_path: Path) -> None:
    grown = trainer_from(finished, data, tmp_path / "next", encoder_layers=3)
    grown.run(should_stop=lambda: False)
    weights = load_file(grown.model_directory / "model.safetensors")
    assert weights["encoder.block.2.layer.0.SelfAttention.o.weight"].any()
    assert weights["encoder.block.2.layer.1.DenseReluDense.wo.weight"].any()


@pytest.mark.parametrize(
    ("setting", "value", "named"),
    [
        ("width", 64, "only layers and feed-forward units may be more"),
        ("ffn_width", 32, "only layers and feed-forward units may be more"),
        ("encoder_layers", 1, "no place for encoder.block.1"),
    ],
)
def test_it_refuses_a_beginning_of_another_shape(
    finished: Path, data: Path, tmp_path: Path, setting: str, value: int, named: str
) -> None:
    with pytest.raises(TrainingError, match=f"cannot begin there .*{named}"):
        trainer_from(finished, data, tmp_path / "next", **{setting: value})


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
