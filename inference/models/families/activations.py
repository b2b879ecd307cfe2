"""What config.json calls an activation."""

from inference.models.blueprint import Activation

_BY_NAME = {
    "silu": Activation.SILU,
    "swish": Activation.SILU,
    "relu": Activation.RELU,
    "gelu": Activation.GELU,
    "gelu_new": Activation.GELU_TANH,
    "gelu_pytorch_tanh": Activation.GELU_TANH,
    "gelu_fast": Activation.GELU_TANH,
}


def activation_named(name: str) -> Activation | None:
    """None for one that no program here knows."""
    return _BY_NAME.get(name)
