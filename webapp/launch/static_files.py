"""Collect the static files, but only when one of them changed."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

STAMP_NAME = ".collected"


def static_collect() -> bool:
    """Whether there was something to do."""
    root = Path(settings.STATIC_ROOT)
    stamp = root / STAMP_NAME
    print_now = _fingerprint()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == print_now:
        return False
    root.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    # From nothing: it goes by times, and a package's new file may bear an old one.
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(print_now, encoding="utf-8")
    return True


def _fingerprint() -> str:
    """Of the names, sizes and times of all files, and of how they are stored."""
    backend = settings.STORAGES["staticfiles"]["BACKEND"]
    lines = [backend, django.get_version(), *sorted(_files())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _files() -> Iterator[str]:
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            yield f"{name} {stat.st_size} {stat.st_mtime_ns}"
