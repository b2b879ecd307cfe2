"""A few hundred post-edits of one style raise the scores on that style's hold-out."""

from pathlib import Path

import pytest
import torch

from inference.training.tuning.run import TuningRequest, tuning_run
from inference.training.tuning.settings import TuningSettings
from tests.inference.training.toy_translator import EN_FR, edits_write, translator_make


@pytest.fixture(scope="module")
def translator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return translator_make(tmp_path_factory.mktemp("toy") / "toy")


@pytest.mark.timeout(900)  # half a minute of arithmetic, and more on a busy machine
def test_post_edits_teach_a_style(translator: Path, tmp_path: Path) -> None:
    result = tuning_run(
        TuningRequest(
            model=str(translator),
            models_home=tmp_path / "models-home",
            data=edits_write(tmp_path / "edits.en-fr.tsv"),
            home=tmp_path / "home",
            settings=TuningSettings(
                epochs=12, learning_rate=1e-2, rank=8, tokens_per_batch=500
            ),
            direction=EN_FR,
        )
    )
    comparison = result.comparison
    scores = comparison.translation["en-fr"]
    old, new = scores["chrf"]
    assert new > old + 10, "chrF++ rises"
    old, new = scores["ter"]
    assert new < old, "people would have to change less"
    assert comparison.win_rate > 0.9
    polite = [sample for sample in comparison.samples if "you" in sample.asked]
    assert any("tu" in sample.old and "vous" in sample.new for sample in polite)
