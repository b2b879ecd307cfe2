"""The examples in the docstrings hold."""

import doctest
import importlib
import pkgutil

import pytest

from webapp.workspace import formats

NAMES = [module.name for module in pkgutil.iter_modules(formats.__path__)]


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_hold(name: str) -> None:
    module = importlib.import_module(f"{formats.__name__}.{name}")
    assert doctest.testmod(module).failed == 0
