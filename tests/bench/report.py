"""Rows of measurements, printed as a table and kept in the data directory."""

import json
import os
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from tests.product import REPOSITORY


class Bound(StrEnum):
    RATIO_FROM = "ratio from"
    UNDER = "under"


@dataclass(frozen=True, slots=True)
class Goal:
    """What the project promises: a least ratio to a peer, or a limit of our own."""

    bound: Bound
    value: float

    def is_met(self, *, ours: float, ratio: float | None) -> bool:
        if self.bound is Bound.UNDER:
            return ours < self.value
        return ratio is not None and ratio >= self.value

    def __str__(self) -> str:
        return f"{self.bound} {self.value:g}"


def ratio_from(value: float) -> Goal:
    return Goal(Bound.RATIO_FROM, value)


def under(value: float) -> Goal:
    return Goal(Bound.UNDER, value)


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement. `peer` and `ratio` where something was compared with.

    ratio: how many times better ours is, whichever way the unit counts.
    binds: what stands in the way of more, with the count.
    """

    name: str
    ours: float
    unit: str
    peer: float | None = None
    ratio: float | None = None
    goal: Goal | None = None
    binds: str = ""

    def to_dict(self) -> dict[str, Any]:
        met = self.goal and self.goal.is_met(ours=self.ours, ratio=self.ratio)
        return {
            **asdict(self),
            "goal": str(self.goal) if self.goal else None,
            "is_met": met,
        }


def median(values: Sequence[float]) -> float:
    """Four figures are more than a measurement is worth."""
    return float(f"{statistics.median(values):.4g}")


def compared(
    name: str,
    ours: Sequence[float],
    peer: Sequence[float],
    *,
    unit: str,
    goal: Goal | None = None,
    less_is_better: bool = False,
    binds: str = "",
) -> Row:
    """Medians, and the median of the ratios of each pair, which ran side by side."""
    pairs = list(zip(ours, peer, strict=True))
    ratios = [p / o if less_is_better else o / p for o, p in pairs]
    return Row(name, median(ours), unit, median(peer), median(ratios), goal, binds)


def data_directory() -> Path:
    return Path(os.environ.get("TANDEM_HOME") or REPOSITORY / "var")


def bench_directory() -> Path:
    return data_directory() / "bench"


def report(name: str, rows: Sequence[Row], directory: Path) -> None:
    """Print, and replace what an earlier run left in `name`.json."""
    directory.mkdir(parents=True, exist_ok=True)
    file = directory / f"{name}.json"
    values = [row.to_dict() for row in rows]
    file.write_text(json.dumps(values, indent=1, ensure_ascii=False) + "\n")
    sys.stdout.write(f"\n{table(values)}Written to {file}\n")
    sys.stdout.flush()


_COLUMNS = ("", "ours", "peer", "ratio", "goal", "met", "what binds")


def cells(row: dict[str, Any]) -> tuple[str, ...]:
    """A row of the JSON file as people read it.

    >>> row = {"name": "a", "ours": 2.0, "unit": "s", "goal": "under 3"}
    >>> cells({**row, "is_met": True})
    ('a', '2 s', '', '', 'under 3', 'yes', '')
    """
    met = {True: "yes", False: "no", None: ""}[row.get("is_met")]
    return (
        row["name"],
        f"{row['ours']:,.4g} {row['unit']}".strip(),
        "" if row.get("peer") is None else f"{row['peer']:,.4g}",
        "" if row.get("ratio") is None else f"{row['ratio']:.3g}",
        row.get("goal") or "",
        met,
        row.get("binds") or "",
    )


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Columns in line, for a screen."""
    lines = [_COLUMNS, *map(cells, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "".join(
        "  ".join(
            cell.ljust(width) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        + "\n"
        for line in lines
    )


def markdown(rows: Sequence[dict[str, Any]]) -> str:
    lines = [
        ["", *_COLUMNS[1:]],
        ["---"] * len(_COLUMNS),
        *(list(cells(row)) for row in rows),
    ]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
