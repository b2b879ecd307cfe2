"""How far a run is: a bar on a terminal, plain lines elsewhere."""

import sys
from datetime import timedelta
from types import TracebackType
from typing import Self

from tqdm import tqdm


class TrainingProgress:
    """`with TrainingProgress(first=0, last=1000) as progress: progress.update(...)`"""

    def __init__(self, *, first: int, last: int) -> None:
        self._last = last
        self._bar = (
            tqdm(total=last, initial=first, unit="step", desc="Training")
            if sys.stderr.isatty()
            else None
        )

    def step(self) -> None:
        if self._bar is not None:
            self._bar.update()

    def tell(self, *, step: int, loss: float, pace: float, seconds: float) -> None:
        """`pace` in tokens a second; `seconds` until the end."""
        if self._bar is not None:
            self._bar.set_postfix_str(f"loss {loss:.3f}, {pace:.0f} tokens/s")
            return
        left = timedelta(seconds=round(seconds))
        say(
            f"step {step} of {self._last}: loss {loss:.3f}, {pace:.0f} tokens/s,"
            f" {left} left"
        )

    def say(self, line: str) -> None:
        """Without tearing the bar."""
        if self._bar is not None:
            self._bar.write(line, file=sys.stderr)
        else:
            say(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.close()


class TranslationProgress:
    """`with TranslationProgress(400) as progress: progress.add(32)`"""

    def __init__(self, total: int) -> None:
        is_terminal = sys.stderr.isatty()
        self._bar = tqdm(total=total, unit="pair", disable=not is_terminal)

    def add(self, count: int) -> None:
        self._bar.update(count)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bar.close()


def say(line: str) -> None:
    """One line for the person who waits; standard error, like the bar."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
