"""A run ends with a directory that others load, or with a reason in words."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from inference.models.registry import resolve
from inference.training.checkpoints import Checkpoints
from inference.training.errors import TrainingError
from inference.training.evaluate import main as evaluate_main
from inference.training.metrics import Metrics, metrics_read
from inference.training.preparation import run_prepare
from inference.training.trainer import Ending, Trainer
from tests.inference.training.conftest import settings_with
from tests.inference.training.samples import sentences, tsv_write

PROMPT = "translate English to French: The old dog likes Bako."


def trainer_in(home: Path, data: Path, **sections: dict[str, Any]) -> Trainer:
    settings = settings_with(**sections)
    return Trainer(settings, run_prepare(settings, data, home), home)


def unclaimed(home: Path, own: Path) -> Path:
    """What was prepared, for a run with settings of its own."""
    shutil.copytree(home, own)
    (own / "run.json").unlink()
    return own


@pytest.fixture(scope="module")
def trained(data: Path, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    own = tmp_path_factory.mktemp("trained") / "run"
    shutil.copytree(home, own)
    trainer = trainer_in(own, data)
    assert trainer.run(should_stop=lambda: False) is Ending.FINISHED
    return own


def test_the_stock_classes_load_and_write(trained: Path) -> None:
    directory = trained / "model"
    tokenizer: Any = AutoTokenizer.from_pretrained(directory)
    model: Any = AutoModelForSeq2SeqLM.from_pretrained(directory)
    assert model.dtype == torch.float32
    output = model.generate(**tokenizer(PROMPT, return_tensors="pt"), max_new_tokens=5)
    assert output[0, 0] == 0
    with safe_open(directory / "model.safetensors", framework="pt") as file:
        assert file.get_tensor("shared.weight").dtype == torch.float16


def test_what_is_written_is_the_model_as_it_is(
    data: Path, home: Path, tmp_path: Path
) -> None:
    own = unclaimed(home, tmp_path / "run")
    rhythm = {"averaged": 1, "validate_steps": 8}
    trainer = trainer_in(own, data, training={"steps": 9}, rhythm=rhythm)
    trainer.run(should_stop=lambda: False)
    written = load_file(own / "model" / "model.safetensors")
    last, _state = Checkpoints(own / "checkpoints").load() or ({}, None)
    for name, weights in written.items():
        assert torch.equal(weights, last[f"network.{name}"].half())


def test_our_registry_resolves_it(trained: Path, tmp_path: Path) -> None:
    manifest = resolve(str(trained / "model"), tmp_path)
    assert manifest.family == "t5"


def test_it_learns_and_measures(trained: Path) -> None:
    lines = metrics_read(trained / "metrics.jsonl")
    losses = [line["loss"] for line in lines if line["kind"] == "train"]
    valid = [line for line in lines if line["kind"] == "valid"]
    assert losses[-1] < 0.95 * losses[0]
    assert [line["step"] for line in valid] == [8, 16, 24]
    assert set(valid[0]["chrf"]) == {"en-fr", "fr-en"}
    assert (trained / "curve.svg").read_text().count("<polyline") == 4


def test_it_stops_where_the_loss_is_no_number(
    data: Path, home: Path, tmp_path: Path
) -> None:
    own = unclaimed(home, tmp_path / "run")
    trainer = trainer_in(own, data, training={"learning_rate": 1e30})
    with pytest.raises(TrainingError, match=r"(nan|inf).* step \d+, epoch 0"):
        trainer.run(should_stop=lambda: False)
    assert not (own / "model").exists()


def test_it_stops_where_the_slope_is_no_number(
    data: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step along it would leave no weight, whatever the loss was."""
    own = unclaimed(home, tmp_path / "run")
    trainer = trainer_in(own, data)
    before = trainer._weights()
    monkeypatch.setattr(
        torch.nn.utils, "clip_grad_norm_", lambda *_: torch.tensor(float("nan"))
    )
    with pytest.raises(TrainingError, match="slope nan at step 1, epoch 0"):
        trainer.run(should_stop=lambda: False)
    assert trainer._weights().keys() == before.keys()
    assert all(torch.equal(v, before[n]) for n, v in trainer._weights().items())


def test_a_corpus_of_pairs_that_are_all_too_long_is_refused_each_time(
    data: Path, tmp_path: Path
) -> None:
    settings = settings_with(data={"max_tokens": 2})
    for _ in range(2):
        with pytest.raises(TrainingError, match="No pair is left"):
            run_prepare(settings, data, tmp_path / "run")


def test_it_refuses_data_that_changed(home: Path, tmp_path: Path) -> None:
    tsv_write(tmp_path / "en-fr" / "train.tsv", sentences(401))
    with pytest.raises(TrainingError, match="was begun with data = "):
        run_prepare(settings_with(), tmp_path, home)


def test_the_scores_stand_side_by_side(
    trained: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "other"
    shutil.copytree(trained / "model", copy)
    config = json.loads((copy / "config.json").read_text())
    del config["task_specific_params"]["translation_fr_to_en"]
    (copy / "config.json").write_text(json.dumps(config))
    tsv_write(tmp_path / "en-fr" / "test.tsv", sentences(3, seed=2), "tatoeba")
    result = tmp_path / "scores.json"
    models = [str(trained / "model"), str(copy)]
    arguments = [*models, "--data", str(tmp_path), "--json", str(result)]
    assert evaluate_main(arguments) == 0
    printed = capsys.readouterr().out
    assert "nrefs:1|case:mixed" in printed
    rows = [line.split() for line in printed.splitlines() if line.startswith("fr-en")]
    assert [row[3] for row in rows if row[1] == "prose"] == ["run", "other"]
    assert rows[-1][-3:] == ["-", "-", "-"]
    assert len(json.loads(result.read_text())["samples"]) == 9
    assert evaluate_main([models[0], "--data", str(tmp_path), "--beams", "3"]) == 0
    assert "fr-en" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        evaluate_main([models[0], "--data", str(tmp_path), "--beams", "0"])
    assert "from 1 to 16" in capsys.readouterr().err


def test_evaluation_names_what_it_cannot_load(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tsv_write(tmp_path / "en-fr" / "test.tsv", sentences(1))
    assert evaluate_main([str(data), "--data", str(tmp_path)]) == 1
    assert "config.json: is missing" in capsys.readouterr().err


def test_metrics_forget_what_will_be_measured_again(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_text('{"step": 1}\n{"step": 2}\n{"step": 3}\n{"ste')
    Metrics(path, step=2).write(step=3)
    assert metrics_read(path) == [{"step": 1}, {"step": 2}, {"step": 3}]
