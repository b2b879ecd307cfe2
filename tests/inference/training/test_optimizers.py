"""Which weights follow which optimiser, and how far a step goes."""

import torch

from inference.training.network import network_make
from inference.training.optimizers import optimizers_make
from tests.inference.training.conftest import settings_with


def test_each_weight_follows_one_optimizer() -> None:
    settings = settings_with(training={"optimizer": "muon"})
    network = network_make(settings)
    names = {id(value): name for name, value in network.named_parameters()}
    adamw, muon = optimizers_make(network, settings.training)
    by_adamw, by_muon = (
        [names[id(value)] for group in each.param_groups for value in group["params"]]
        for each in (adamw, muon)
    )
    assert sorted(by_adamw + by_muon) == sorted(names.values())
    assert "shared.weight" in by_adamw
    kinds = {name.split(".")[-2] for name in by_muon}
    assert kinds == {"q", "k", "v", "o", "wi", "wo"}


def test_a_step_of_muon_is_nearly_orthogonal_and_as_long_as_one_of_adamw() -> None:
    rate = 1e-3
    settings = settings_with(
        training={"optimizer": "muon", "learning_rate": rate, "weight_decay": 0.0}
    )
    network = network_make(settings)
    _adamw, muon = optimizers_make(network, settings.training)
    weight = network.encoder.block[0].layer[1].DenseReluDense.wi.weight
    before = weight.detach().clone()
    torch.manual_seed(1)
    weight.grad = torch.randn_like(weight)
    muon.step()
    step = before - weight.detach()
    # Each direction counts the same, however weak it was in the gradient ...
    lengths = torch.linalg.svdvals(step)
    assert lengths.max() < 2 * lengths.min()
    # ... and a number moves by about a fifth of the rate, as AdamW moves it.
    assert 0.1 * rate < step.square().mean().sqrt() < 0.3 * rate
