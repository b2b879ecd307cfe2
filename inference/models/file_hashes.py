"""SHA-256 of big files, computed once and remembered while the file is unchanged."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

from inference.errors import ModelUnavailableError
from inference.models.manifest import ModelFile, ModelManifest

_BLOCK_BYTES = 4 * 1024 * 1024
Progress = Callable[[float], None]  # 0 to 1


def no_progress(_fraction: float) -> None:
    """For callers who do not care how far the work is."""


def sha256_of(path: Path, on_bytes: Callable[[int], None] = lambda _: None) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
            on_bytes(len(block))
    return digest.hexdigest()


class FileHashes:
    """Hashes of the files under one directory, kept in `models_home/.hashes/`.

    A remembered hash is trusted while path, size and modification time are the same.
    A changed file is hashed again, so a later start notices a swapped file.
    """

    def __init__(self, *, models_home: Path, directory: Path) -> None:
        self._directory = directory.resolve()
        key = hashlib.sha256(str(self._directory).encode()).hexdigest()[:32]
        self._store = models_home / ".hashes" / f"{key}.json"
        self._known = self._read()
        self._is_changed = False

    def files(
        self, names: list[str], progress: Progress = no_progress
    ) -> list[ModelFile]:
        """Size and SHA-256 of each named file, in the given order."""
        total = sum((self._directory / name).stat().st_size for name in names) or 1
        done = 0
        files = []
        for name in names:
            files.append(self._file(name, _part(progress, done, total)))
            done += files[-1].size
            progress(done / total)
        if self._is_changed:
            self._write()
        return files

    def _file(self, name: str, on_bytes: Callable[[int], None]) -> ModelFile:
        path = self._directory / name
        stat = path.stat()
        stamp = f"{stat.st_size}:{stat.st_mtime_ns}"
        known = self._known.get(name)
        if known is None or known[0] != stamp:
            known = (stamp, _hash_with_total(path, on_bytes))
            self._known[name] = known
            self._is_changed = True
        return ModelFile(name=name, size=stat.st_size, sha256=known[1])

    def _read(self) -> dict[str, tuple[str, str]]:
        try:
            values = json.loads(self._store.read_text(encoding="utf-8"))
            return {name: (stamp, digest) for name, (stamp, digest) in values.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            return {}  # only a memory: hash again

    def _write(self) -> None:
        text = json.dumps(self._known)
        temporary = self._store.with_suffix(f".{os.getpid()}.tmp")
        try:
            self._store.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(self._store)
        except OSError:
            return  # a read-only models home costs time at the next start, no more


def _part(progress: Progress, done: int, total: int) -> Callable[[int], None]:
    """Progress within one file, when `done` bytes of all `total` lie behind."""
    return lambda count: progress((done + count) / total)


def _hash_with_total(path: Path, on_total: Callable[[int], None]) -> str:
    total = 0

    def on_bytes(count: int) -> None:
        nonlocal total
        total += count
        on_total(total)

    return sha256_of(path, on_bytes)


def manifest_verify(
    manifest: ModelManifest, *, models_home: Path, progress: Progress = no_progress
) -> None:
    """Raise ModelUnavailableError unless every file is there, whole and unchanged."""
    for file in manifest.files:
        path = manifest.directory / file.name
        if not path.is_file():
            raise ModelUnavailableError(f"{path}: is missing")
        if (size := path.stat().st_size) != file.size:
            raise ModelUnavailableError(
                f"{path}: has {size} bytes, but {file.size} were expected"
            )
    hashes = FileHashes(models_home=models_home, directory=manifest.directory)
    found = hashes.files([file.name for file in manifest.files], progress)
    for expected, actual in zip(manifest.files, found, strict=True):
        if expected.sha256 != actual.sha256:
            raise ModelUnavailableError(
                f"{manifest.directory / expected.name}: its SHA-256 is"
                f" {actual.sha256}, but {expected.sha256} was expected"
            )
