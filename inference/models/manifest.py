"""What a model is: its name, its licence, its files and their SHA-256."""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from inference.contract import ModelInfo
from inference.errors import ModelUnavailableError

MANIFEST_NAME = "manifest.json"
MANIFEST_FORMAT = 1
GRID_NAME = "grid.safetensors"  # matrices as the model's own file quantised them
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class SourceKind(StrEnum):
    PACKAGE = "package"  # a wheel of the Python package index
    DIRECTORY = "directory"
    HUB = "hub"


@dataclass(frozen=True, slots=True)
class ModelSource:
    kind: SourceKind
    location: str  # requirement, absolute path, or "organisation/name"


@dataclass(frozen=True, slots=True)
class ModelFile:
    name: str  # relative to the model's directory
    size: int  # bytes
    sha256: str

    def __post_init__(self) -> None:
        if not _SHA256.fullmatch(self.sha256):
            raise ValueError(f"{self.name}: not a SHA-256: {self.sha256!r}")
        if self.size < 0:
            raise ValueError(f"{self.name}: negative size")
        if Path(self.name).is_absolute() or ".." in Path(self.name).parts:
            raise ValueError(f"{self.name}: must lie inside the model's directory")


@dataclass(frozen=True, slots=True)
class ModelManifest:
    """One model at one place on this disk. Checks itself when built."""

    name: str
    label: str
    family: str
    source: ModelSource
    directory: Path
    context_length: int
    licence: str
    languages: tuple[str, ...]
    files: tuple[ModelFile, ...]

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"not a model name: {self.name!r}")
        if self.context_length < 2:
            raise ValueError(f"{self.name}: context_length must be 2 or more")
        if not self.files:
            raise ValueError(f"{self.name}: a manifest needs files")

    @property
    def version(self) -> str:
        """SHA-256 over the names and hashes of all files: the model's identity."""
        lines = sorted(f"{file.sha256}  {file.name}\n" for file in self.files)
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def info(self) -> ModelInfo:
        return ModelInfo(
            name=self.name,
            label=self.label,
            family=self.family,
            version=self.version,
            context_length=self.context_length,
            licence=self.licence,
            languages=self.languages,
        )

    def named(self, name: str) -> "ModelManifest":
        return replace(self, name=name)

    def to_json(self) -> str:
        """The text of manifest.json; the directory is where that file lies."""
        return json.dumps(
            {
                "format": MANIFEST_FORMAT,
                "name": self.name,
                "label": self.label,
                "family": self.family,
                "source": {"kind": self.source.kind, "location": self.source.location},
                "context_length": self.context_length,
                "licence": self.licence,
                "languages": list(self.languages),
                "files": [
                    {"name": file.name, "size": file.size, "sha256": file.sha256}
                    for file in self.files
                ],
            },
            indent=2,
        )


def manifest_read(directory: Path) -> ModelManifest:
    """Read `manifest.json`. Raises ModelUnavailableError in words."""
    path = directory / MANIFEST_NAME
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return _from_values(values, directory)
    except FileNotFoundError as error:
        raise ModelUnavailableError(f"{path}: is missing") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelUnavailableError(f"{path}: cannot be read: {error!r}") from error


def _from_values(values: Mapping[str, Any], directory: Path) -> ModelManifest:
    if values["format"] != MANIFEST_FORMAT:
        raise ValueError(f"format {values['format']} is not {MANIFEST_FORMAT}")
    return ModelManifest(
        name=values["name"],
        label=values["label"],
        family=values["family"],
        source=ModelSource(
            kind=SourceKind(values["source"]["kind"]),
            location=values["source"]["location"],
        ),
        directory=directory,
        context_length=values["context_length"],
        licence=values["licence"],
        languages=tuple(values["languages"]),
        files=tuple(ModelFile(**file) for file in values["files"]),
    )


@dataclass(frozen=True, slots=True)
class PackageModel:
    """A shipped description: which wheel holds a model, and what it must hash to."""

    name: str
    label: str
    family: str
    context_length: int
    licence: str
    languages: tuple[str, ...]
    requirement: str
    file: str  # inside the wheel
    sha256: str  # of that file
    wheel_bytes: int  # for the progress bar
    disk_bytes: int  # that must be free to begin

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"not a model name: {self.name!r}")
        if not _SHA256.fullmatch(self.sha256):
            raise ValueError(f"{self.name}: not a SHA-256: {self.sha256!r}")
        if "==" not in self.requirement:
            raise ValueError(f"{self.name}: the requirement must pin a version")


def package_models() -> dict[str, PackageModel]:
    """All shipped descriptions, by name."""
    folder = Path(__file__).parent / "manifests"
    models = [_package_model(path) for path in sorted(folder.glob("*.toml"))]
    return {model.name: model for model in models}


def _package_model(path: Path) -> PackageModel:
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    package = values.pop("package")
    values["languages"] = tuple(values["languages"])
    return PackageModel(**values, **package)
