"""Files that others wrote, from the packages that are installed: each comes back byte
for byte, and with other words it is the same file."""

from importlib.metadata import distributions
from pathlib import Path

import django
import docx as python_docx
import pytest

from tests.webapp.workspace.formats.changed import check_changed, check_untouched
from tests.webapp.workspace.formats.doors import read
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.registry import format_named

_DJANGO = Path(django.__file__).parent
_PAGES = sorted(_DJANGO.glob("**/templates/**/*.html"))
_LISTS = sorted(_DJANGO.glob("**/templates/**/*.txt"))
_READMES = {
    one.name: str(details["description"])
    for one in distributions()
    if "markdown" in str((details := one.metadata.json).get("description_content_type"))
    and details.get("description")
}


def _check(name: str, data: bytes) -> None:
    """A file without words is the only one that may be refused."""
    format_ = format_named(name)
    try:
        read(format_, data)
    except FormatError as error:
        assert error.problem is Problem.EMPTY
        return
    check_untouched(format_, data)
    check_changed(format_, data, lambda source: f"{source} ok")


def test_there_are_files_to_try() -> None:
    assert len(_PAGES) > 100
    assert len(_READMES) > 20


@pytest.mark.parametrize("path", _PAGES, ids=lambda path: path.name)
def test_pages_of_django_come_back(path: Path) -> None:
    _check("html", path.read_bytes())


@pytest.mark.parametrize("path", _LISTS, ids=lambda path: path.name)
def test_texts_of_django_come_back(path: Path) -> None:
    _check("text", path.read_bytes())


@pytest.mark.parametrize("name", sorted(_READMES))
def test_readmes_come_back(name: str) -> None:
    _check("markdown", _READMES[name].encode())


def test_the_template_of_word_comes_back() -> None:
    path = Path(python_docx.__file__).parent / "templates" / "default.docx"
    data = path.read_bytes()
    format_ = format_named("docx")
    assert format_.write(data, {}, source_language="en", target_language="fr") == data
