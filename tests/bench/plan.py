"""How much is measured, and with what."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Plan:
    """`threads`: for every side alike."""

    threads: int
    repetitions: int
    is_quick: bool
    tokens: int  # new ones of one stream
    streams: tuple[int, ...]
    sampled_streams: tuple[int, ...]
    home: Path  # where results, logs and the peers' models are kept
    models_home: Path

    def tokens_of(self, streams: int) -> int:
        """More of many: prompts are read one by one, and all must write for a while."""
        return self.tokens + 8 * streams

    @property
    def short_repetitions(self) -> int:
        """Of what takes a second or two: more of them cost little."""
        return self.repetitions if self.is_quick else self.repetitions + 2

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def native_home(self) -> Path:
        """Where the engine keeps the compiled program, too."""
        return self.models_home / ".native"


def plan_make(
    home: Path, *, is_quick: bool, threads: int | None, repetitions: int | None
) -> Plan:
    models_home = os.environ.get("TANDEM_MODELS_HOME") or home / "models"
    return Plan(
        threads=threads or len(os.sched_getaffinity(0)),
        repetitions=repetitions or (1 if is_quick else 3),
        is_quick=is_quick,
        tokens=64,
        streams=(1, 16) if is_quick else (1, 8, 16, 32),
        sampled_streams=() if is_quick else (16,),
        home=home / "bench",
        models_home=Path(models_home),
    )
