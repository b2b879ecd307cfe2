"""What the documents say is so."""

import re
from pathlib import Path

import pytest

from tests.product import REPOSITORY

DOCUMENTS = [
    REPOSITORY / "README.md",
    REPOSITORY / "CONTRIBUTING.md",
    *sorted((REPOSITORY / "docs").glob("**/*.md")),
]
LINK = re.compile(r"\]\(([^)#]+)\)")
READS = re.compile(
    r'env\.(?:text|flag|integer|seconds|choice|address|words)\(\s*"([A-Z_]+)"'
)
ROW = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)
TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)


def test_the_table_of_settings_is_complete() -> None:
    settings = (REPOSITORY / "webapp" / "settings").glob("*.py")
    read = {
        name
        for path in settings
        for name in READS.findall(path.read_text(encoding="utf-8"))
    }
    table = ROW.findall((REPOSITORY / "README.md").read_text(encoding="utf-8"))
    assert len(table) == len(set(table))
    assert set(table) == read


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_its_links_lead_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text(encoding="utf-8"))
    ours = [link for link in links if "://" not in link]
    assert [link for link in ours if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_make_words_it_names_exist(document: Path) -> None:
    targets = set(TARGET.findall((REPOSITORY / "Makefile").read_text(encoding="utf-8")))
    code = re.findall(r"`[^`\n]*`|```.*?```", document.read_text("utf-8"), re.DOTALL)
    named = re.findall(r"make ([a-z][a-z-]*)", "\n".join(code))
    assert set(named) <= targets
