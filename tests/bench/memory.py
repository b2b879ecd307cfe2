"""Look-ups in a translation memory of a million entries, on SQLite and on PostgreSQL.

Through the ORM as the editor does them: keys, candidates, scores, repairs. A third of
the sentences is in the memory, a third but for one word, a third is new.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench.plan import Plan
from tests.bench.report import Row, median, under
from tests.bench.side import SideFailed
from tests.product import REPOSITORY
from tests.servers import postgres_start

ENTRIES = 1_000_000
QUICK_ENTRIES = 50_000
GOAL = 50  # milliseconds, p95 of short ones
SIDE = "tests.bench.sides.memory_lookups"


def measure(plan: Plan) -> list[Row]:
    entries = QUICK_ENTRIES if plan.is_quick else ENTRIES
    rows = _rows("SQLite", entries, "")
    if not plan.is_quick:
        with tempfile.TemporaryDirectory(prefix="tandem-") as directory:
            url = postgres_start(Path(directory) / "postgres")
            rows += _rows("PostgreSQL", entries, url)
    return rows


def _rows(database: str, entries: int, url: str) -> list[Row]:
    result = _run(entries, url)
    times = result["milliseconds"]
    where = f"{entries:,} entries, {database}"
    return [
        Row(
            f"short look-up p95, {where}",
            percentile(times["short"], 95),
            "ms",
            goal=under(GOAL),
        ),
        Row(f"short look-up median, {where}", median(times["short"]), "ms"),
        Row(f"longer look-up p95, {where}", percentile(times["longer"], 95), "ms"),
        Row(f"import, {where}", round(result["entries_a_second"]), "entries/s"),
    ]


def _run(entries: int, url: str) -> Any:
    with tempfile.TemporaryDirectory(prefix="tandem-") as home:
        environment = {**os.environ, "TANDEM_HOME": home, "DATABASE_URL": url}
        done = subprocess.run(
            [sys.executable, "-m", SIDE, str(entries)],
            cwd=REPOSITORY,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise SideFailed(done.stderr[-2_000:])
    return json.loads(done.stdout)


def percentile(values: Sequence[float], part: int) -> float:
    """
    >>> percentile(range(1, 101), 95)
    95.0
    """
    ordered = sorted(values)
    place = max(-(-len(ordered) * part // 100) - 1, 0)
    return float(f"{ordered[place]:.4g}")
