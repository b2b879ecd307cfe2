"""Data sets, kept under their hash: what a version was trained on can be looked up."""

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from webapp.common.errors import ApplicationError

FORMATS = (".tsv", ".tsv.gz", ".txt", ".tmx", ".jsonl")
MOST_BYTES = 50 * 1024 * 1024
_UNSAFE = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class KeptFile:
    name: str
    path: Path
    sha256: str


def data_file_keep(*, name: str, chunks: Iterable[bytes]) -> KeptFile:
    """Raises ApplicationError: another format, empty, too large, or a full disk."""
    name = _safe_name(name)
    home = settings.TUNING_HOME / "data"
    home.mkdir(parents=True, exist_ok=True)
    part = home / f".{os.getpid()}-{os.urandom(6).hex()}.part"
    try:
        sha256 = _write(part, chunks)
        path: Path = home / sha256 / name
        path.parent.mkdir(exist_ok=True)
        part.replace(path)
    except OSError as error:
        raise ApplicationError(
            _("The file cannot be kept: %(reason)s.")
            % {"reason": error.strerror or error}
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return KeptFile(name, path, sha256)


def _safe_name(name: str) -> str:
    name = _UNSAFE.sub("-", Path(name).name).lstrip(".-")[-120:]
    if not name.endswith(FORMATS):
        raise ApplicationError(
            _("The file must be one of these: %(formats)s.")
            % {"formats": ", ".join(FORMATS)}
        )
    return name


def _write(path: Path, chunks: Iterable[bytes]) -> str:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > MOST_BYTES:
                raise ApplicationError(
                    _("The file is too large: %(most)s MB at most.")
                    % {"most": MOST_BYTES // 2**20}
                )
            digest.update(chunk)
            file.write(chunk)
    if not size:
        raise ApplicationError(_("The file is empty."))
    return digest.hexdigest()
