"""A trained model as a directory that every library of models loads."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from huggingface_hub import save_torch_state_dict
from torch import Tensor

from inference.training.network import network_make
from inference.training.settings import RunSettings
from inference.training.vocabulary import TOKENIZER_FILES

FILE_BYTES = 16 * 10**6  # of weights at most; larger ones are several files


def model_export(
    weights: Mapping[str, Tensor],
    settings: RunSettings,
    *,
    tokenizer: Path,
    directory: Path,
) -> None:
    """Replaces `directory`. Weights are kept in 16 bits, and computed with in 32.

    fp16 rather than bf16: weights are small numbers, and it has three bits more.
    """
    part = directory.with_name(directory.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    network: Any = network_make(settings)
    network.config.architectures = ["T5ForConditionalGeneration"]
    network.config.dtype = torch.float32
    network.config.save_pretrained(part)
    network.generation_config.save_pretrained(part)
    halves = {name: value.half() for name, value in weights.items()}
    save_torch_state_dict(halves, part, max_shard_size=FILE_BYTES)
    for path in part.glob("*.safetensors"):
        path.chmod(0o644)  # the library makes it private
    for name in TOKENIZER_FILES:
        shutil.copy(tokenizer / name, part / name)
    settings_text = json.dumps(settings.identity(), indent=2)
    (part / "training.json").write_text(settings_text, encoding="utf-8")
    shutil.rmtree(directory, ignore_errors=True)
    part.replace(directory)
