"""The examples in docstrings about placeholders, checks, terms and memory are true."""

import doctest
import importlib

import pytest

PARTS = {
    "placeholders": ("find", "icu", "mask", "parts", "patterns", "restore"),
    "checks": ("brackets", "finding", "markdown", "numbers", "punctuation"),
    "terms": ("index", "stems", "use"),
    "templatetags": ("workspace",),
    "memory": ("difference", "keys", "normal", "repair", "score"),
}
MODULES = [
    "languages",
    "language_choices",
    *(f"{part}.{name}" for part, names in PARTS.items() for name in names),
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_hold(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"webapp.workspace.{name}"))
    assert result.attempted > 0
    assert result.failed == 0
