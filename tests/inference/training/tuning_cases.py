"""Small requests for fine-tuning runs."""

import random
from pathlib import Path
from typing import Any

from inference.training.direction import Direction
from inference.training.tuning.run import TuningRequest
from inference.training.tuning.settings import TuningSettings

WORDS = (
    *("fox", "dog", "quick", "brown", "lazy", "friend", "today"),
    *("how", "are", "you", "jumps", "over", "the"),
)


def pairs_write(path: Path, count: int = 40, *, seed: int = 1) -> Path:
    """Short sentences, and the same in capitals."""
    draw = random.Random(seed)
    lines = []
    for _ in range(count):
        sentence = " ".join(draw.choices(WORDS, k=4))
        lines.append(f"{sentence}\t{sentence.upper()}\n")
    path.write_text("".join(lines), encoding="utf-8")
    return path


def request_make(
    model: Path,
    home: Path,
    data: Path,
    *,
    hold_out: Path | None = None,
    **settings: Any,
) -> TuningRequest:
    values = {"epochs": 2, "tokens_per_batch": 300, "checkpoint_steps": 3, "rank": 4}
    is_chat = data.suffix == ".jsonl"
    return TuningRequest(
        model=str(model),
        models_home=home.parent / "models-home",
        data=data,
        home=home,
        settings=TuningSettings(**{**values, **settings}),
        direction=None if is_chat else Direction("en", "fr"),
        hold_out=hold_out,
    )
