"""A console that remembers, and processes that are quick to start."""

import io
import sys

import pytest

from webapp.launch.child import ProcessSpec
from webapp.launch.console import Console


@pytest.fixture
def printed() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def console(printed: io.StringIO) -> Console:
    return Console(printed)


def python_spec(
    code: str, *, name: str = "child", ends_last: bool = False
) -> ProcessSpec:
    """A process that runs `code` without Python's site directory, so at once."""
    command = (sys.executable, "-I", "-S", "-u", "-c", code)
    return ProcessSpec(name, command, ends_last=ends_last)
