"""A run so small that it takes seconds, and its data."""

from pathlib import Path
from typing import Any

import pytest

from inference.training.preparation import Prepared, run_prepare
from inference.training.settings import RunSettings, settings_make
from tests.inference.training.samples import sentences, tsv_write

VALUES: dict[str, dict[str, Any]] = {
    "data": {"directions": ["en-fr", "fr-en"], "max_tokens": 60, "hold_out": 0.05},
    "vocabulary": {"size": 512},
    "model": {
        "width": 32,
        "encoder_layers": 1,
        "decoder_layers": 1,
        "heads": 2,
        "ffn_width": 64,
        "dropout": 0.1,
        "context_length": 128,
    },
    "training": {"steps": 24, "tokens_per_batch": 512, "warmup_steps": 10},
    "rhythm": {
        "log_steps": 1,
        "checkpoint_steps": 5,
        "validate_steps": 8,
        "loss_pairs": 10,
        "translated_pairs": 2,
        "averaged": 2,
    },
}


def settings_with(**sections: dict[str, Any]) -> RunSettings:
    """The tiny run, with some settings changed."""
    changed = {name: {**VALUES[name], **sections.get(name, {})} for name in VALUES}
    return settings_make(changed)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("parallel")
    tsv_write(directory / "en-fr" / "train.tsv", sentences(400))
    return directory


@pytest.fixture(scope="session")
def home(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prepared, and shared: no test trains in it."""
    home = tmp_path_factory.mktemp("prepared")
    run_prepare(settings_with(), data, home)
    return home


@pytest.fixture
def prepared(data: Path, home: Path) -> Prepared:
    return run_prepare(settings_with(), data, home)
