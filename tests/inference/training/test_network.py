"""The loss is what the stock model computes, and the schedule what is written."""

import math
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch.nn.functional import cross_entropy

from inference.training.batches import Batches
from inference.training.loss import head_loss
from inference.training.network import network_loss, network_make
from inference.training.preparation import Prepared, run_prepare
from inference.training.schedule import learning_rate
from inference.training.settings import TrainingSettings
from inference.training.trainer import Trainer
from tests.inference.training.conftest import settings_with


@pytest.mark.parametrize("rows_at_once", [7, 64])
def test_the_loss_in_pieces_is_the_whole_loss(rows_at_once: int) -> None:
    torch.manual_seed(0)
    hidden = torch.randn(64, 16, requires_grad=True)
    head = torch.randn(100, 16, requires_grad=True)
    targets = torch.randint(0, 100, (64,))
    results = []
    for loss in (
        cross_entropy(hidden @ head.T, targets, label_smoothing=0.1),
        head_loss(
            hidden,
            head,
            targets,
            smoothing=0.1,
            rows_at_once=rows_at_once,
            dtype=torch.float32,
        ),
    ):
        gradients = torch.autograd.grad(2 * loss, (hidden, head))
        results.append((loss.detach(), *gradients))
    for whole, pieces in zip(*results, strict=True):
        torch.testing.assert_close(pieces, whole)


def test_our_loss_is_the_stock_models(prepared: Prepared) -> None:
    settings = settings_with()
    network = network_make(settings).eval()
    batches = Batches(
        prepared.examples,
        prepared.tokenizer,
        directions=settings.data.parsed_directions(),
        weights={},
        tokens_per_batch=256,
        seed=1,
    )
    batch = next(batches.epoch(0))
    with torch.no_grad():
        ours = network_loss(network, batch, settings, smoothing=0.0)
        theirs = network(
            input_ids=batch.sources,
            attention_mask=batch.sources != 0,
            labels=batch.targets.masked_fill(batch.targets == 0, -100),
        ).loss
    torch.testing.assert_close(ours, theirs)


def test_the_rate_rises_evenly_and_falls_as_written() -> None:
    root = TrainingSettings(steps=1000, warmup_steps=100, learning_rate=1.0)
    assert learning_rate(0, root) == 0.01
    assert learning_rate(99, root) == 1.0
    assert learning_rate(399, root) == pytest.approx(0.5)
    cosine = TrainingSettings(
        steps=1100, warmup_steps=100, learning_rate=1.0, schedule="cosine"
    )
    assert learning_rate(100, cosine) == 1.0
    assert learning_rate(600, cosine) == pytest.approx(0.525)
    assert math.isclose(learning_rate(1100, cosine), 0.05)


def test_a_rate_that_is_held_falls_at_its_end() -> None:
    held = TrainingSettings(
        steps=1000, warmup_steps=100, learning_rate=1.0, schedule="wsd"
    )
    assert learning_rate(100, held) == learning_rate(600, held) == 1.0
    assert learning_rate(800, held) == pytest.approx(0.525)
    assert learning_rate(1000, held) == pytest.approx(0.05)


def test_the_embedding_has_a_rate_of_its_own(data: Path, tmp_path: Path) -> None:
    settings = settings_with(
        training={"steps": 1, "embedding_rate": 5.0, "learning_rate": 0.01}
    )
    before = dict(network_make(settings).named_parameters())
    trainer = Trainer(settings, run_prepare(settings, data, tmp_path), tmp_path)
    trainer.run(should_stop=lambda: False)
    after = load_file(trainer.model_directory / "model.safetensors")
    # Adam's first step is as long as the rate, here a tenth of 0.01 in the warm-up.
    moved = {n: float((after[n] - w.detach()).abs().max()) for n, w in before.items()}
    assert moved.pop("shared.weight") == pytest.approx(0.005, rel=0.3)
    assert max(moved.values()) == pytest.approx(0.001, rel=0.3)
