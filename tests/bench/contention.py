"""What a busy neighbour does to a step, with one thread and with all cores' threads.

The neighbour is a process of the lowest priority (nice 19) that computes without end;
it stands for the web process, a build, another container. A program whose threads wait
for each other loses far more than the neighbour's share: one thread that must wait for
its core makes all of them wait.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from inference.models.install import model_install
from tests.bench.models import NAME
from tests.bench.plan import Plan
from tests.bench.report import Row, median
from tests.bench.side_by_side import say
from tests.product import REPOSITORY

ROWS = 8
STEPS = 60
NEIGHBOUR_SECONDS = 120  # it ends by itself, whatever becomes of us
_NEIGHBOUR = f"""
import os, time
os.nice(19)
end = time.monotonic() + {NEIGHBOUR_SECONDS}
while time.monotonic() < end:
    pass
"""


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    kind: str
    wait_policy: str = ""  # OMP_WAIT_POLICY, for those that use OpenMP


PROGRAMS = (
    Program("native", "native"),
    Program("torch, waiting active", "torch", "ACTIVE"),
    Program("torch, waiting passive", "torch", "PASSIVE"),
)


def measure(plan: Plan) -> list[Row]:
    rows = []
    for program in PROGRAMS:
        for threads in sorted({1, plan.threads}):
            for is_busy in (False, True):
                seconds = _steps(plan, program, threads, is_busy=is_busy)
                rows.append(_row(program, threads, seconds, is_busy=is_busy))
    return rows


def _row(program: Program, threads: int, seconds: list[float], *, is_busy: bool) -> Row:
    name = (
        f"{program.name}, {threads} thread{'s' * (threads > 1)},"
        f" {'busy neighbour' if is_busy else 'quiet'}"
    )
    p90 = 1000 * statistics.quantiles(seconds, n=10)[-1]
    return Row(
        name,
        median([1000 * each for each in seconds]),
        "ms",
        binds=f"90th percentile {p90:,.3g} ms",
    )


def _steps(plan: Plan, program: Program, threads: int, *, is_busy: bool) -> list[float]:
    directory = model_install(NAME, plan.models_home)
    command = [sys.executable, "-m", "tests.bench.sides.steps", str(directory)]
    command += [program.kind, str(threads), str(ROWS), str(STEPS)]
    command += [str(plan.native_home)]
    policy = {"OMP_WAIT_POLICY": program.wait_policy} if program.wait_policy else {}
    with _neighbour(is_busy=is_busy):
        done = subprocess.run(
            command,
            cwd=REPOSITORY,
            env={**os.environ, **policy},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        say(f"{program.name} failed: {done.stderr.strip().splitlines()[-1:]}")
        raise SystemExit(1)
    seconds: list[float] = json.loads(done.stdout)
    return seconds


@contextmanager
def _neighbour(*, is_busy: bool) -> Iterator[None]:
    if not is_busy:
        yield
        return
    with subprocess.Popen([sys.executable, "-c", _NEIGHBOUR]) as process:
        try:
            yield
        finally:
            process.kill()
