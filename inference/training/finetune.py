"""Fine-tune a model on a team's own texts: `python -m inference.training.finetune
--model MODEL --data FILE --home DIR [--direction en-fr] [--hold-out FILE] ...`.

FILE: pairs as TSV or TMX for a model that translates; JSON lines for either kind (see
tuning/jsonl_file.py). The same command goes on where it was stopped, by a signal or a
kill. DIR/model is the new model, DIR/result.json its scores beside the old one's.
"""

import argparse
import json
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from inference.models.install import DEFAULT_HOME
from inference.training.direction import Direction
from inference.training.errors import TrainingError
from inference.training.progress import say
from inference.training.tuning.progress import (
    Phase,
    TuningProgress,
    TuningStopped,
)
from inference.training.tuning.run import TuningRequest, TuningResult, tuning_run
from inference.training.tuning.settings import METHODS, TuningSettings

_SHOWN_SAMPLES = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when all is done, 3 when there is more to do, 1 with the reason."""
    options = _parser().parse_args(arguments)
    try:
        result = tuning_run(_request(options), tell=_tell, should_stop=_stop_signal())
    except TuningStopped:
        say("There is more to do: the same command goes on.")
        return 3
    except TrainingError as error:
        say(f"Stopped: {error}")
        return 1
    path = options.home / "result.json"
    text = json.dumps(result.to_dict(), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(_words(result))
    say(f"{result.directory} holds the new model, {path} all scores.")
    return 0


def _request(options: argparse.Namespace) -> TuningRequest:
    """Raises TrainingError naming a wrong setting."""
    given: dict[str, Any] = {
        name: getattr(options, name)
        for name in TuningSettings.__dataclass_fields__
        if getattr(options, name, None) is not None
    }
    direction = Direction.parse(options.direction) if options.direction else None
    return TuningRequest(
        model=options.model,
        models_home=options.models_home,
        data=options.data,
        home=options.home,
        settings=TuningSettings.from_dict(given),
        direction=direction,
        hold_out=options.hold_out_file,
    )


def _tell(progress: TuningProgress) -> None:
    if progress.phase is Phase.TRAINING:
        say(
            f"step {progress.done} of {progress.total}: loss {progress.loss:.3f},"
            f" {progress.tokens_per_second:.0f} tokens/s,"
            f" {progress.seconds_left:.0f} s left"
        )
    elif progress.phase is Phase.SCORING:
        say(f"scoring: {progress.done} of {progress.total}")
    else:
        say(f"{progress.phase.value} ...")


def _words(result: TuningResult) -> str:
    """Old against new, and a few samples."""
    found = result.comparison
    lines = [
        *result.report,
        "",
        f"{'':<14} {'old':>8} {'new':>8}",
        f"{'loss':<14} {found.loss[0]:8.3f} {found.loss[1]:8.3f}",
        f"{'win rate':<14} {'':>8} {found.win_rate:8.0%}",
    ]
    for direction, figures in found.translation.items():
        for name, (old, new) in figures.items():
            lines.append(f"{direction + ' ' + name:<14} {old:8.2f} {new:8.2f}")
    for sample in found.samples[:_SHOWN_SAMPLES]:
        lines += ["", f"asked   {sample.asked}", f"wanted  {sample.wanted}"]
        lines += [f"old     {sample.old}", f"new     {sample.new}"]
    return "\n".join([*lines, "", *found.signatures]) + "\n"


def _stop_signal() -> Callable[[], bool]:
    received: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: received.append(number))
    return lambda: bool(received)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m inference.training.finetune",
        description="Fine-tune a model, score it against the old one.",
    )
    parser.add_argument("--model", required=True, help="a directory or shipped name")
    parser.add_argument("--data", type=Path, required=True, metavar="FILE")
    parser.add_argument("--home", type=Path, required=True, metavar="DIR")
    parser.add_argument("--models-home", type=Path, default=DEFAULT_HOME)
    parser.add_argument("--direction", metavar="en-fr")
    parser.add_argument("--hold-out-file", type=Path, metavar="FILE")
    parser.add_argument("--method", choices=METHODS)
    parser.add_argument("--hold-out", dest="hold_out", type=float, metavar="SHARE")
    parser.add_argument("--learning-rate", dest="learning_rate", type=float)
    for name in _WHOLE_OPTIONS:
        parser.add_argument("--" + name.replace("_", "-"), dest=name, type=int)
    return parser


_WHOLE_OPTIONS = (
    "epochs",
    "rank",
    "tokens_per_batch",
    "max_tokens",
    "scored",
    "checkpoint_steps",
    "seed",
)

if __name__ == "__main__":
    sys.exit(main())
