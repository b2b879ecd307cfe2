"""A tuned network as a directory that serves like any other model's."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError

from inference.models.directory_checks import directory_check
from inference.models.file_hashes import FileHashes
from inference.models.manifest import (
    GRID_NAME,
    MANIFEST_NAME,
    ModelManifest,
    ModelSource,
    SourceKind,
)
from inference.training.errors import TrainingError


def tuned_export(
    network: Any, base: ModelManifest, directory: Path, *, label: str
) -> ModelManifest:
    """Replaces `directory`, when all is written. Weights are kept in 16 bits, and
    computed with in 32, like those of the models that we train from nothing.

    Raises TrainingError if a weight does not fit, or the disk is full.
    """
    _check_fits(network)
    part = directory.with_name(directory.name + ".part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        network.half().save_pretrained(part)
        _copy_rest(base, part)
        manifest = _manifest(base, part, label)
        (part / MANIFEST_NAME).write_text(manifest.to_json(), encoding="utf-8")
        shutil.rmtree(directory, ignore_errors=True)
        part.replace(directory)
    except (OSError, SafetensorError) as error:
        shutil.rmtree(part, ignore_errors=True)
        raise TrainingError(
            f"{directory}: the model cannot be written ({error}); the last checkpoint"
            " is good, so the run can go on when there is room"
        ) from error
    return replace(manifest, directory=directory)


def _check_fits(network: Any) -> None:
    most = torch.finfo(torch.float16).max
    for name, weight in network.named_parameters():
        # Written so that NaN does not pass either.
        if not bool((weight.abs() <= most).all()):
            raise TrainingError(f"The weight {name} became too large to be kept")


def _copy_rest(base: ModelManifest, directory: Path) -> None:
    """The tokenizer as it is, and the base's own settings rather than a library's idea
    of them. Its grid belongs to the old weights."""
    for name in directory_check(base.directory):
        is_weights = name.endswith((".safetensors", ".safetensors.index.json"))
        if name != GRID_NAME and not is_weights:
            shutil.copyfile(base.directory / name, directory / name)
    path = directory / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config.pop("torch_dtype", None)
    config["dtype"] = "float32"  # of the arithmetic
    path.write_text(json.dumps(config, indent=2), encoding="utf-8")
    for file in directory.iterdir():
        file.chmod(0o644)  # the library makes weights private


def _manifest(base: ModelManifest, directory: Path, label: str) -> ModelManifest:
    names = directory_check(directory)
    # Remembered hashes would be of a directory that is about to be renamed.
    hashes = FileHashes(models_home=directory / ".none", directory=directory)
    files = tuple(hashes.files(names))
    shutil.rmtree(directory / ".none", ignore_errors=True)
    return replace(
        base,
        label=label,
        source=ModelSource(SourceKind.DIRECTORY, base.name),
        directory=directory,
        files=files,
    )
