"""The examples in docstrings are true."""

import doctest
import importlib

import pytest

MODULES = [
    "inference.contract",
    "inference.engine.phrase_bias",
    "inference.engine.script",
    "inference.models.gguf_convert",
    "inference.text.phrases",
    "inference.text.stop_strings",
    "inference.text.token_bytes",
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_hold(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0
    assert result.failed == 0
