"""May this directory be loaded? Looked at before any library opens a file of it."""

import json
import struct
from pathlib import Path
from typing import Any

from inference.errors import ModelUnavailableError
from inference.models.manifest import GRID_NAME

_PICKLES = (".bin", ".pt", ".pth", ".pickle", ".pkl", ".ckpt")
_HEADER_LIMIT = 100 * 1024 * 1024  # bytes; what safetensors itself allows
_SMALL_FILES = (
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.jinja",
    "vocab.json",
    "target_vocab.json",
    "source.spm",
    "target.spm",
    "sentencepiece.bpe.model",
    "model.safetensors.index.json",
)
# What a tokenizer is read from: all files of one of these.
_TOKENIZERS = (
    {"tokenizer.json"},
    {"source.spm", "target.spm", "vocab.json"},  # Marian
    {"sentencepiece.bpe.model", "vocab.json"},  # M2M100
)


def directory_check(directory: Path) -> list[str]:
    """Names of the files that loading will read. Raises ModelUnavailableError.

    Weights must be whole safetensors, nothing may point out of the directory, and no
    configuration may ask for code to be run.
    """
    if not directory.is_dir():
        raise ModelUnavailableError(f"{directory}: is not a directory")
    config = json_read(directory / "config.json")
    if "model_type" not in config:
        raise ModelUnavailableError(f"{directory / 'config.json'}: has no model_type")
    names = [name for name in _SMALL_FILES if (directory / name).exists()]
    names += weight_files(directory)
    if (directory / GRID_NAME).exists():
        names.append(GRID_NAME)
    for name in names:
        _refuse_link_out(directory, name)
        if name.endswith("config.json"):
            _refuse_code(directory / name)
        if name.endswith(".safetensors"):
            _check_safetensors(directory / name)
    _check_tokenizer(directory, set(names))
    return names


def json_read(path: Path) -> dict[str, Any]:
    """A JSON object. Raises ModelUnavailableError naming the file."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelUnavailableError(f"{path}: is missing") from error
    except (OSError, ValueError) as error:
        raise ModelUnavailableError(f"{path}: cannot be read: {error}") from error
    if not isinstance(values, dict):
        raise ModelUnavailableError(f"{path}: must hold a JSON object")
    return values


def weight_files(directory: Path) -> list[str]:
    """One, or those that an index names. Raises ModelUnavailableError."""
    index = directory / "model.safetensors.index.json"
    if index.exists():
        weight_map = json_read(index).get("weight_map")
        if not isinstance(weight_map, dict) or not weight_map:
            raise ModelUnavailableError(f"{index}: has no weight_map")
        names = sorted({str(name) for name in weight_map.values()})
    else:
        names = ["model.safetensors"]
    for name in names:
        if not (directory / name).exists():
            _refuse_missing(directory, name)
    return names


def _check_tokenizer(directory: Path, names: set[str]) -> None:
    """A directory that has one file of a kind lacks the others of that kind."""
    if any(kind <= names for kind in _TOKENIZERS):
        return
    begun = [kind for kind in _TOKENIZERS if (kind - {"vocab.json"}) & names]
    missing = sorted((begun or _TOKENIZERS)[0] - names)
    raise ModelUnavailableError(f"{directory / missing[0]}: is missing")


def _refuse_missing(directory: Path, name: str) -> None:
    pickles = [p.name for p in sorted(directory.iterdir()) if p.suffix in _PICKLES]
    if pickles:
        raise ModelUnavailableError(
            f"{directory / pickles[0]}: is a pickle, which can run code when it is"
            f" opened; only safetensors are loaded, and {name} is missing"
        )
    raise ModelUnavailableError(f"{directory / name}: is missing")


def _refuse_link_out(directory: Path, name: str) -> None:
    path = directory / name
    if not path.resolve().is_relative_to(directory.resolve()):
        raise ModelUnavailableError(f"{path}: points out of the model's directory")
    if not path.is_file():
        raise ModelUnavailableError(f"{path}: is not a file")


def _refuse_code(path: Path) -> None:
    if "auto_map" in json_read(path):
        raise ModelUnavailableError(
            f"{path}: has auto_map, which asks to run the model's own code;"
            " that is never done"
        )


def _check_safetensors(path: Path) -> None:
    """The size that the header promises must be the size on disk."""
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > min(size, _HEADER_LIMIT):
                raise ValueError("its header is longer than the file")
            header = json.loads(file.read(length))
        header.pop("__metadata__", None)
        ends = [int(tensor["data_offsets"][1]) for tensor in header.values()]
        promised = 8 + length + max(ends, default=0)
    except (OSError, struct.error, ValueError, KeyError, TypeError) as error:
        raise ModelUnavailableError(
            f"{path}: is not a safetensors file: {error}"
        ) from error
    if promised != size:
        raise ModelUnavailableError(
            f"{path}: is truncated or damaged: {size} bytes instead of {promised}"
        )
