"""Static files are collected once, and again when one of them changed."""

from pathlib import Path

import pytest
from pytest_django import Settings

from webapp.launch.static_files import static_collect


@pytest.fixture
def source(settings: Settings, tmp_path: Path) -> Path:
    """A directory of static files, the only one there is."""
    directory = tmp_path / "source"
    directory.mkdir()
    (directory / "page.css").write_text("a {}", encoding="utf-8")
    settings.STATICFILES_DIRS = [directory]
    settings.STATICFILES_FINDERS = [
        "django.contrib.staticfiles.finders.FileSystemFinder"
    ]
    settings.STATIC_ROOT = tmp_path / "root"
    return directory


def test_it_collects_once(source: Path, tmp_path: Path) -> None:
    assert static_collect() is True
    assert (tmp_path / "root" / "page.css").read_text(encoding="utf-8") == "a {}"
    assert static_collect() is False


def test_it_collects_again_what_changed(source: Path, tmp_path: Path) -> None:
    static_collect()
    (source / "page.css").write_text("a { color: red }", encoding="utf-8")
    assert static_collect() is True
    assert "red" in (tmp_path / "root" / "page.css").read_text(encoding="utf-8")


def test_it_collects_again_after_it_was_cut_off(source: Path, tmp_path: Path) -> None:
    static_collect()
    (tmp_path / "root" / ".collected").unlink()
    assert static_collect() is True
