"""The log: a name before each line, colours only for a terminal."""

import io

import pytest

from webapp.launch.console import Console


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Closed(io.StringIO):
    def write(self, _text: str) -> int:
        raise BrokenPipeError


def test_it_writes_no_colour_into_a_file() -> None:
    stream = io.StringIO()
    Console(stream).line("web", "hello")
    assert stream.getvalue() == "web     | hello\n"


def test_each_name_has_a_colour_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    console = Console(stream)
    for name in ("web", "model", "web"):
        console.line(name, "hello")
    first, second, third = stream.getvalue().splitlines()
    assert first.startswith("\033[36mweb     |\033[0m")
    assert second.startswith("\033[32mmodel   |\033[0m")
    assert third == first


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    Console(stream).line("web", "hello")
    assert "\033" not in stream.getvalue()


def test_a_closed_terminal_ends_nothing() -> None:
    Console(Closed()).line("web", "nobody reads this")
