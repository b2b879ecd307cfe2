"""Models of the hub: downloaded whole into the models home, then read from there."""

import importlib
import re
import shutil
from pathlib import Path

from inference.errors import ModelUnavailableError

HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
# Weights as safetensors, settings as JSON, the chat template, sentencepiece models.
# Never code or pickles.
_ALLOWED = [
    *("*.safetensors", "*.json", "chat_template.jinja", "LICENSE*"),
    *("source.spm", "target.spm", "sentencepiece.bpe.model"),
]


def hub_directory(hub_id: str, models_home: Path) -> Path:
    organisation, name = hub_id.split("/")
    return models_home / "hub" / f"{organisation}--{name}"


def hub_download(hub_id: str, models_home: Path) -> Path:
    """Fetch a model once. Raises ModelUnavailableError, offline too."""
    final = hub_directory(hub_id, models_home)
    partial = final.with_name(final.name + ".partial")  # kept: a second try goes on
    # Hundreds of modules, for a download that happens once.
    client = importlib.import_module("huggingface_hub")
    try:
        client.snapshot_download(hub_id, local_dir=partial, allow_patterns=_ALLOWED)
    except Exception as error:  # of half a dozen libraries below
        raise ModelUnavailableError(
            f"{hub_id}: could not be downloaded from the hub:"
            f" {type(error).__name__}: {_first_line(error)}"
        ) from error
    shutil.rmtree(partial / ".cache", ignore_errors=True)
    partial.replace(final)
    return final


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no reason given"])[0]
