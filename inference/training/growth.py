"""Weights of a smaller model as the beginning of a larger one that computes the same.

Growing keeps what was learnt (Chen et al. 2016, "Net2Net"; in residual networks, Shen
et al. 2022, "Staged training for transformer language models"): a layer that adds
nothing to the residual stream, and a feed-forward unit that nobody reads, change no
output. What is new differs inside, so that gradients tell it apart.
"""

import re
from collections.abc import Mapping

import torch
from torch import Tensor

from inference.training.errors import TrainingError

# What a T5 layer adds to the residual stream goes through one of these.
_OUTPUT = re.compile(r"\.(?:o|wo)\.weight$")


def weights_grow(
    small: Mapping[str, Tensor], large: Mapping[str, Tensor]
) -> dict[str, Tensor]:
    """Values for the tensors of `large`, which holds random ones.

    `large` may have more layers, and more units in its feed-forward layers. Raises
    TrainingError naming the tensor if anything else differs.
    """
    missing = sorted(set(small) - set(large))
    if missing:
        raise TrainingError(f"the model has no place for {missing[0]}")
    return {name: _grown(name, value, small.get(name)) for name, value in large.items()}


def _grown(name: str, fresh: Tensor, known: Tensor | None) -> Tensor:
    value = fresh.detach().clone()
    if _OUTPUT.search(name):
        value.zero_()
    if known is None:
        if ".block." not in name:
            raise TrainingError(f"{name} is missing")
        return value
    is_wider = value.shape != known.shape
    if is_wider and not _may_widen(name, value.shape, known.shape):
        raise TrainingError(
            f"{name} is {_shape(known)} there and {_shape(value)} here; only layers and"
            " feed-forward units may be more"
        )
    value[tuple(slice(size) for size in known.shape)] = known
    return value


def _may_widen(name: str, wide: torch.Size, narrow: torch.Size) -> bool:
    """Whether only feed-forward units were added."""
    inputs, outputs = (0, 1) if re.search(r"\.wo\.weight$", name) else (1, 0)
    return (
        ".DenseReluDense." in name
        and wide[inputs] == narrow[inputs]
        and wide[outputs] > narrow[outputs]
    )


def _shape(value: Tensor) -> str:
    return " x ".join(map(str, value.shape))
