"""Modules find each other under their hashed names."""

import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from webapp.common.storage import ModuleStaticFilesStorage

IMPORT = re.compile(r"""from ?["'](\.[^"']+)["']""")


@pytest.fixture
def collected(tmp_path: Path, settings: LazySettings) -> Path:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {
            "BACKEND": f"{ModuleStaticFilesStorage.__module__}.ModuleStaticFilesStorage"
        },
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_every_import_names_a_hashed_file_that_is_there(collected: Path) -> None:
    pages = list((collected / "js" / "pages").glob("chat.*.js"))
    assert len(pages) == 1
    seen: set[Path] = set()
    waiting = pages
    while waiting:
        module = waiting.pop().resolve()
        assert re.search(r"\.[0-9a-f]{12}\.js$", module.name), module
        assert module.is_file(), module
        if module not in seen:
            seen.add(module)
            found = IMPORT.findall(module.read_text())
            waiting += [module.parent / address for address in found]
    assert len(seen) > 15
