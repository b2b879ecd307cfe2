"""Which family a directory belongs to, and its blueprint."""

from collections.abc import Callable
from pathlib import Path

from inference.models.blueprint import Blueprint
from inference.models.families import llama, m2m100, marian, t5
from inference.models.families.config_file import ConfigFile
from inference.models.tensors import TensorFiles

Reader = Callable[[ConfigFile, TensorFiles], Blueprint | None]
_READERS: dict[str, Reader] = {
    **dict.fromkeys(llama.MODEL_TYPES, llama.llama_read),
    **dict.fromkeys(t5.MODEL_TYPES, t5.t5_read),
    **dict.fromkeys(marian.MODEL_TYPES, marian.marian_read),
    **dict.fromkeys(m2m100.MODEL_TYPES, m2m100.m2m100_read),
}


def blueprint_read(directory: Path) -> Blueprint | None:
    """None where the architecture is none of ours: the generic path may know it.

    Raises ModelUnavailableError naming the file and what is wrong in it.
    """
    config = ConfigFile(directory / "config.json")
    reader = _READERS.get(config.text("model_type"))
    if reader is None or config.has("quantization_config"):
        return None
    return reader(config, TensorFiles(directory))
