"""Which weights a run changes: all of them, or a small adapter beside them."""

import warnings
from collections.abc import Iterator
from typing import Any

import torch
from peft import LoraConfig, TaskType, get_peft_model

from inference.training.tuning.settings import TuningSettings


def adapter_add(network: Any, settings: TuningSettings, *, is_seq2seq: bool) -> Any:
    """With method "lora", low-rank matrices beside every linear layer (Hu et al. 2021)
    and everything else frozen; the network itself with "full"."""
    torch.manual_seed(settings.seed)
    if settings.method == "full":
        return network
    kind = TaskType.SEQ_2_SEQ_LM if is_seq2seq else TaskType.CAUSAL_LM
    config = LoraConfig(
        task_type=kind,
        r=settings.rank,
        lora_alpha=2 * settings.rank,
        target_modules="all-linear",
    )
    with warnings.catch_warnings():
        # peft asks for a name that transformers is about to give up.
        warnings.simplefilter("ignore", FutureWarning)
        return get_peft_model(network, config)


def adapter_merge(network: Any, settings: TuningSettings) -> Any:
    """The plain network with the adapter added to its weights."""
    return network if settings.method == "full" else network.merge_and_unload()


class Trained:
    """Of a network only what a run changes: all that a checkpoint needs to hold."""

    def __init__(self, network: Any) -> None:
        self._network = network

    def named_parameters(self) -> Iterator[tuple[str, torch.nn.Parameter]]:
        for name, parameter in self._network.named_parameters():
            if parameter.requires_grad:
                yield name, parameter

    def parameters(self) -> list[torch.nn.Parameter]:
        return [parameter for _name, parameter in self.named_parameters()]
