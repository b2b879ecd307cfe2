"""A document's machine translation, end to end, against the bare engine.

Ours is the product as it is started for people: a run is begun, and the time ends when
the last segment's text is stored. The peer is its engine alone, in a process of its
own, with the very requests that our worker made of the document, all there at once.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.bench.models import t5_directory
from tests.bench.plan import Plan
from tests.bench.report import Row, compared, ratio_from
from tests.bench.side import SideFailed
from tests.bench.side_by_side import say
from tests.product import REPOSITORY, product_end, product_start, product_wait

SEGMENTS, QUICK_SEGMENTS = 240, 60
GOAL = 0.9
DOCUMENT = "tests.bench.sides.workspace_document"
BARE = "tests.bench.sides.workspace_bare"
_NOT_OURS = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")


def measure(plan: Plan) -> list[Row]:
    count = QUICK_SEGMENTS if plan.is_quick else SEGMENTS
    model = t5_directory(plan.home / "models") / "hf"
    ours, bare = [], []
    for repetition in range(plan.repetitions):
        whole, engine = _turn(plan, model, count)
        say(f"  turn {repetition + 1}: ours {whole:.1f} s, bare engine {engine:.1f} s")
        ours.append(count / whole)
        bare.append(count / engine)
    return [
        compared(
            f"T5-small shape, {count} segments, end to end / bare engine",
            ours,
            bare,
            unit="segments/s",
            goal=ratio_from(GOAL),
        )
    ]


def _turn(plan: Plan, model: Path, count: int) -> tuple[float, float]:
    """Seconds of both. They never run at once: each has the whole machine."""
    with tempfile.TemporaryDirectory(prefix="tandem-") as directory:
        environment = {**_environment(plan, model), "TANDEM_HOME": directory}
        product = product_start(Path(directory), **environment)
        try:
            product_wait(product)
            whole = _seconds(DOCUMENT, environment, str(count))
        finally:
            product_end(product)
        return whole, _seconds(BARE, environment, str(model), str(count))


def _environment(plan: Plan, model: Path) -> dict[str, str]:
    """What the launcher chooses for a model worker, for the bare engine too."""
    threads = max(1, plan.threads - 1)  # the other processes have the last one
    return {
        "TANDEM_MODELS": str(model),
        "TANDEM_MODELS_HOME": str(plan.models_home),
        "TANDEM_DEVICE": "cpu",
        "TANDEM_THREADS": str(threads),
        "OMP_NUM_THREADS": str(threads),
        "OMP_WAIT_POLICY": "PASSIVE",
    }


def _seconds(module: str, environment: Mapping[str, str], *arguments: str) -> float:
    kept = {name: text for name, text in os.environ.items() if name not in _NOT_OURS}
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=REPOSITORY,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SideFailed(done.stderr[-2_000:])
    return float(json.loads(done.stdout)["seconds"])
