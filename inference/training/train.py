"""Train a translation model: `python -m inference.training.train CONFIG --data DIR
--home DIR [--minutes N]`.

The same command goes on where it was stopped, by a signal, a kill or its own minutes.
"""

import argparse
import math
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from inference.training.errors import TrainingError
from inference.training.preparation import run_prepare
from inference.training.progress import say
from inference.training.settings import settings_read
from inference.training.trainer import Ending, Trainer


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when all steps are done, 3 when there are more, 1 with the reason."""
    options = _parser().parse_args(arguments)
    try:
        settings = settings_read(options.config)
        prepared = run_prepare(settings, options.data, options.home)
        trainer = Trainer(settings, prepared, options.home)
        say(f"{len(prepared.examples)} pairs; begins at step {trainer.state.step}.")
        with _Stop(options.minutes) as should_stop:
            ending = trainer.run(should_stop=should_stop)
    except TrainingError as error:
        say(f"Stopped: {error}")
        return 1
    say(f"{trainer.model_directory} holds the model of step {trainer.state.step}.")
    if ending is Ending.PAUSED:
        say("There is more to do: the same command goes on.")
        return 3
    return 0


class _Stop:
    """Whether time is up or a signal came; the step that runs is always ended."""

    def __init__(self, minutes: float | None) -> None:
        seconds = math.inf if minutes is None else minutes * 60
        self._deadline = time.monotonic() + seconds
        self._signals: list[int] = []
        self._before: dict[int, Any] = {}

    def __call__(self) -> bool:
        return bool(self._signals) or time.monotonic() >= self._deadline

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._receive)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _receive(self, number: int, frame: FrameType | None) -> None:
        self._signals.append(number)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m inference.training.train",
        description="Train a translation model, or go on with one.",
    )
    parser.add_argument("config", type=Path, help="a TOML file like those in configs/")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--home", type=Path, required=True, metavar="DIR")
    parser.add_argument("--minutes", type=float, metavar="N", help="then pause")
    return parser


if __name__ == "__main__":
    sys.exit(main())
