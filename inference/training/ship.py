"""Make a run's result a model of a name: `python -m inference.training.ship RUN MODEL
--label TEXT --licence NAME --languages en fr`.

MODEL is a directory that `TANDEM_MODELS` names, or `models/NAME` beside the program to
ship it. It gets a manifest, so that a damaged file is noticed before it answers.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from inference.errors import ModelUnavailableError
from inference.models.directory_checks import directory_check
from inference.models.file_hashes import sha256_of
from inference.models.manifest import (
    MANIFEST_NAME,
    ModelFile,
    ModelManifest,
    ModelSource,
    SourceKind,
)
from inference.training.progress import say

_BESIDE = ("training.json",)  # not loaded: how it was made


def main(arguments: Sequence[str] | None = None) -> int:
    """0, or 1 with the reason on standard error."""
    options = _parser().parse_args(arguments)
    try:
        manifest = model_ship(
            options.run / "model",
            options.model,
            label=options.label,
            licence=options.licence,
            languages=tuple(options.languages),
            repetition_penalty=options.repetition_penalty,
        )
    except (ModelUnavailableError, OSError, ValueError) as error:
        say(f"Not shipped: {error}")
        return 1
    size = sum(file.size for file in manifest.files) / 1e6
    say(f"{options.model}: {size:.1f} MB, version {manifest.version[:12]}")
    return 0


def model_ship(
    trained: Path,
    directory: Path,
    *,
    label: str,
    licence: str,
    languages: tuple[str, ...],
    repetition_penalty: float = 1.0,
) -> ModelManifest:
    """Copy a trained model, and describe it. What else lies in `directory` stays.

    repetition_penalty: with which it is asked unless somebody says otherwise.

    Raises ModelUnavailableError if `trained` is no whole model.
    """
    names = directory_check(trained)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / MANIFEST_NAME).unlink(
        missing_ok=True
    )  # none is better than a wrong one
    for old in directory.glob("*.safetensors*"):  # it may have been in more files
        old.unlink()
    for name in (*names, *_BESIDE):
        shutil.copyfile(trained / name, directory / name)
    _wish(directory / "generation_config.json", repetition_penalty)
    config = json.loads((directory / "config.json").read_text(encoding="utf-8"))
    manifest = ModelManifest(
        name=directory.name,
        label=label,
        family=config["model_type"],
        source=ModelSource(SourceKind.DIRECTORY, directory.name),
        directory=directory,
        context_length=config["n_positions"],
        licence=licence,
        languages=languages,
        files=tuple(_file(directory, name) for name in names),
    )
    text = manifest.to_json() + "\n"
    (directory / MANIFEST_NAME).write_text(text, encoding="utf-8")
    return manifest


def _wish(path: Path, repetition_penalty: float) -> None:
    if repetition_penalty == 1:
        return
    values = json.loads(path.read_text(encoding="utf-8"))
    text = json.dumps({**values, "repetition_penalty": repetition_penalty}, indent=2)
    path.write_text(text + "\n", encoding="utf-8")


def _file(directory: Path, name: str) -> ModelFile:
    path = directory / name
    return ModelFile(name, path.stat().st_size, sha256_of(path))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m inference.training.ship",
        description="Make a training run's result a model of a name.",
    )
    parser.add_argument("run", type=Path, help="the run's --home")
    parser.add_argument("model", type=Path, help="the directory to write")
    parser.add_argument("--label", required=True, help="what people read")
    parser.add_argument("--licence", required=True)
    parser.add_argument("--languages", nargs="+", required=True, metavar="en")
    parser.add_argument(
        "--repetition-penalty",
        type=float,
        default=1.0,
        metavar="1.2",
        help="how it is asked unless somebody says otherwise: keeps a small one from"
        " repeating itself without an end",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
