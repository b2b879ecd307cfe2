"""How far an installation is: a bar on a terminal, plain lines elsewhere."""

import sys
from types import TracebackType
from typing import Self

from tqdm import tqdm

_PLAIN_STEP = 0.25


class InstallProgress:
    """`with InstallProgress("convert") as progress: progress(0.5)`"""

    def __init__(self, title: str) -> None:
        self._title = title
        self._fraction = 0.0
        self._bar = (
            tqdm(total=100, desc=title, bar_format="{desc} {bar} {n:3.0f} %")
            if sys.stderr.isatty()
            else None
        )

    def __enter__(self) -> Self:
        if self._bar is None:
            say(f"{self._title} ...")
        return self

    def __call__(self, fraction: float) -> None:
        """Say that `fraction` (0 to 1) is done. It never goes back."""
        before, self._fraction = self._fraction, max(self._fraction, fraction)
        if self._bar is not None:
            self._bar.update((self._fraction - before) * 100)
        elif before // _PLAIN_STEP != self._fraction // _PLAIN_STEP:
            say(f"{self._title} {self._fraction:.0%}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.close()


def say(line: str) -> None:
    """One line for the person who waits; standard error, like the bar."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
