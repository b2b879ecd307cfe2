"""One readable log of all processes: the name before each line, each in its colour."""

import os
from typing import TextIO

_COLOURS = (36, 32, 35, 33, 34)
_OWN_COLOUR = 1  # bold
OWN_NAME = "tandem"


class Console:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._has_colour = stream.isatty() and "NO_COLOR" not in os.environ
        self._colours = {OWN_NAME: _OWN_COLOUR}

    def say(self, text: str) -> None:
        """A line of the launcher's own."""
        self.line(OWN_NAME, text)

    def line(self, name: str, text: str) -> None:
        try:
            self._stream.write(f"{self._prefix(name)} {text}\n")
            self._stream.flush()
        except OSError:
            # The terminal is gone or nobody reads: the processes matter more.
            return

    def _prefix(self, name: str) -> str:
        prefix = f"{name:<8}|"
        if not self._has_colour:
            return prefix
        colour = self._colours.setdefault(
            name, _COLOURS[(len(self._colours) - 1) % len(_COLOURS)]
        )
        return f"\033[{colour}m{prefix}\033[0m"
