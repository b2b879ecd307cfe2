"""From what a setting says to one checked model on this disk.

resolve("smollm2", models_home)             a shipped name: of a package,
resolve("translate", models_home)           or of a directory beside the program
resolve("/srv/models/qwen", models_home)    a local directory
resolve("Qwen/Qwen2.5-0.5B-Instruct", ...)  a hub id, downloaded once
"""

from pathlib import Path

from inference.contract import model_name
from inference.errors import ModelUnavailableError
from inference.models.directory_checks import directory_check, json_read
from inference.models.file_hashes import (
    FileHashes,
    Progress,
    manifest_verify,
    no_progress,
)
from inference.models.hub import HUB_ID, hub_directory, hub_download
from inference.models.manifest import (
    MANIFEST_NAME,
    ModelManifest,
    ModelSource,
    SourceKind,
    manifest_read,
    package_models,
)
from inference.models.shipped import shipped_models

_RELATIVE_POSITIONS = {"t5", "mt5"}  # they have no end, so a config may name none
_TRAINED_LENGTH = 512  # tokens that all T5 were trained on


def resolve(
    spec: str, models_home: Path, progress: Progress = no_progress
) -> ModelManifest:
    """The model that `spec` names, every file of it checked.

    Raises ModelUnavailableError naming the file or setting and the reason.
    """
    if spec in package_models():
        return _resolve_package(spec, models_home, progress)
    directory = shipped_models().get(spec) or Path(spec).expanduser()
    if spec and directory.is_dir():
        source = ModelSource(SourceKind.DIRECTORY, str(directory.resolve()))
        return _resolve_directory(directory.resolve(), source, models_home, progress)
    if HUB_ID.fullmatch(spec):
        return _resolve_hub(spec, models_home, progress)
    raise ModelUnavailableError(
        f"{spec}: is neither a shipped model ({', '.join(_shipped_names())}),"
        " nor a directory, nor a hub id of the form organisation/name"
    )


def _shipped_names() -> list[str]:
    return [*package_models(), *shipped_models()]


def _resolve_package(name: str, models_home: Path, progress: Progress) -> ModelManifest:
    directory = models_home / name
    if not (directory / MANIFEST_NAME).exists():
        raise ModelUnavailableError(
            f"{directory}: {name} is not installed;"
            f" run: python -m inference.models.install {name}"
        )
    manifest = manifest_read(directory)
    directory_check(directory)
    manifest_verify(manifest, models_home=models_home, progress=progress)
    return manifest


def _resolve_hub(hub_id: str, models_home: Path, progress: Progress) -> ModelManifest:
    directory = hub_directory(hub_id, models_home)
    if not (directory / "config.json").exists():
        hub_download(hub_id, models_home)
    source = ModelSource(SourceKind.HUB, hub_id)
    return _resolve_directory(directory, source, models_home, progress)


def _resolve_directory(
    directory: Path, source: ModelSource, models_home: Path, progress: Progress
) -> ModelManifest:
    """A directory without our manifest: its files as they are now are its identity.

    One with a manifest.json of ours must match it.
    """
    names = directory_check(directory)
    if (directory / MANIFEST_NAME).exists():
        manifest = manifest_read(directory).named(model_name(source.location))
        manifest_verify(manifest, models_home=models_home, progress=progress)
        return manifest
    files = FileHashes(models_home=models_home, directory=directory)
    config = json_read(directory / "config.json")
    return ModelManifest(
        name=model_name(source.location),
        label=Path(source.location).name,
        family=str(config["model_type"]),
        source=source,
        directory=directory,
        context_length=_context_length(config, directory),
        licence="unknown",
        languages=(),
        files=tuple(files.files(names, progress)),
    )


def _context_length(config: dict[str, object], directory: Path) -> int:
    """Tokens that the model can look at, by the names that the families use."""
    for key in ("max_position_embeddings", "n_positions", "max_seq_len", "seq_length"):
        value = config.get(key)
        if isinstance(value, int) and value > 1:
            return value
    if config["model_type"] in _RELATIVE_POSITIONS:
        return _TRAINED_LENGTH
    text_config = config.get("text_config")
    if isinstance(text_config, dict):
        return _context_length({"model_type": None, **text_config}, directory)
    raise ModelUnavailableError(
        f"{directory / 'config.json'}: does not say how many tokens fit"
        " (max_position_embeddings)"
    )
