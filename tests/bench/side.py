"""One side of a comparison: a process that holds its model and runs tasks on request.

Each side has a process of its own, because every program brings its own threads, whose
habits (spinning, pinning) would trouble the others, and because memory is measured by
process. Parent and child speak JSON, one line for each message, over pipes.
"""

import contextlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

from tests.bench.work import Task, Trace
from tests.product import REPOSITORY

Run = Callable[[Sequence[Task], bool], Sequence[Trace]]
_TAIL_LINES = 20


class SideFailed(Exception):
    """The process ended; the message holds the end of its log."""


class Side:
    """The parent's end. `run` is the only thing that takes time."""

    def __init__(
        self,
        name: str,
        module: str,
        *arguments: str,
        log: Path,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Returns when the model is loaded."""
        self.name = name
        self._log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("w") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=REPOSITORY,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self.facts: dict[str, Any] = self._read()

    def run(self, tasks: Sequence[Task], *, sampled: bool = False) -> list[Trace]:
        assert self._process.stdin is not None
        message = {"tasks": [asdict(task) for task in tasks], "sampled": sampled}
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()
        traces = [_trace(values) for values in self._read()["traces"]]
        tokens_check(self.name, tasks, traces)
        return traces

    @property
    def resident_bytes(self) -> int:
        return int(psutil.Process(self._process.pid).memory_info().rss)

    def close(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()  # the child reads to the end of its input
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self.close()
            lines = self._log.read_text(errors="replace").splitlines()
            raise SideFailed("\n".join([f"{self.name} ended:", *lines[-_TAIL_LINES:]]))
        values: dict[str, Any] = json.loads(line)
        return values


@contextlib.contextmanager
def sides_closed() -> Iterator[Callable[[Side], Side]]:
    """`keep(side)` closes each side at the end, however that comes."""
    with contextlib.ExitStack() as stack:

        def keep(side: Side) -> Side:
            stack.callback(side.close)
            return side

        yield keep


def is_installed(package: str) -> bool:
    """Says so where it is not."""
    if importlib.util.find_spec(package) is not None:
        return True
    sys.stdout.write(
        f"{package} is not installed, so it is left out: make bench-peers\n"
    )
    return False


def serve(run: Run, **facts: Any) -> None:
    """The child's end: announce that the model is there, then run until the end."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a library prints must not be taken for an answer
    answers.write(json.dumps(facts) + "\n")
    for line in sys.stdin:
        message = json.loads(line)
        tasks = [_task(values) for values in message["tasks"]]
        traces = run(tasks, message["sampled"])
        answers.write(json.dumps({"traces": [asdict(each) for each in traces]}) + "\n")


def _task(values: dict[str, Any]) -> Task:
    messages = tuple((role, text) for role, text in values.pop("messages"))
    token_ids = tuple(values.pop("token_ids"))
    return Task(messages=messages, token_ids=token_ids, **values)


def _trace(values: dict[str, Any]) -> Trace:
    return Trace(
        times=tuple(values["times"]),
        token_ids=tuple(values["token_ids"]),
        prompt_ids=tuple(values["prompt_ids"]),
        cached_tokens=values["cached_tokens"],
    )


def tokens_check(name: str, tasks: Sequence[Task], traces: Sequence[Trace]) -> None:
    """A side that wrote less than was asked would look faster than it is.

    What was typed is counted with what was written, in tokens that only the side knows.
    """
    both = [(t, r) for t, r in zip(tasks, traces, strict=True) if not t.typed]
    asked = [task.tokens for task, _ in both]
    written = [len(trace.times) for _, trace in both]
    if written != asked:
        raise SideFailed(f"{name} wrote {written} tokens where {asked} were asked for")
