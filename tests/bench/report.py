"""Rows of measurements, printed and kept in the data directory."""

import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement. `peer` and `ratio` where something was compared with.

    goal: what the project promises, in words.
    """

    name: str
    ours: float
    unit: str
    goal: str = ""
    peer: float | None = None
    ratio: float | None = None


def median(values: Sequence[float]) -> float:
    return round(statistics.median(values), 3)


def compared(
    name: str, ours: Sequence[float], peer: Sequence[float], *, unit: str, goal: str
) -> Row:
    """Medians, and the median of the ratios of each pair, which ran side by side."""
    ratios = [mine / other for mine, other in zip(ours, peer, strict=True)]
    return Row(name, median(ours), unit, goal, median(peer), median(ratios))


def report(name: str, rows: Sequence[Row], directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    file = directory / f"{name}.json"
    file.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    for row in rows:
        peer = "" if row.peer is None else f"  peer {row.peer:g}, ratio {row.ratio:g}"
        goal = f"  (goal: {row.goal})" if row.goal else ""
        sys.stdout.write(f"{row.name:<42}{row.ours:>9g} {row.unit}{peer}{goal}\n")
    sys.stdout.write(f"Written to {file}\n")
