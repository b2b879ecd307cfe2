"""How far a run is, for whoever waits."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    READING = "reading"
    TRAINING = "training"
    WRITING = "writing"
    SCORING = "scoring"


@dataclass(frozen=True, slots=True)
class TuningProgress:
    phase: Phase
    done: int = 0  # steps, or items to score
    total: int = 0
    loss: float | None = None  # of the last steps
    tokens_per_second: float | None = None
    seconds_left: float | None = None


Tell = Callable[[TuningProgress], None]
ShouldStop = Callable[[], bool]


class TuningStopped(Exception):
    """It was told to stop. All that is needed to go on has been kept."""
