"""Files of strangers are taken apart in a process of their own: with little memory, for
a short time. What goes wrong there is said as any other fault of a file.
"""

import logging
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from webapp.workspace.formats.exchange.whole import TermFile, TmxFile
from webapp.workspace.formats.format import Format
from webapp.workspace.formats.guarded_child import Answer, Task
from webapp.workspace.formats.limits import DEFAULT_LIMITS, Limits
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.unit import ParsedFile, Translation
from webapp.workspace.segmentation.srx import SrxDocument

log = logging.getLogger(__name__)

T = TypeVar("T")

_ROOT = Path(__file__).resolve().parents[3]
_START = (
    "import sys; sys.path.append(sys.argv[1]);"
    "from webapp.workspace.formats.guarded_child import main; main()"
)
_EXCHANGE = "webapp.workspace.formats.exchange.whole"
_RULES = "webapp.workspace.formats.exchange.rules"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the process may use. `seconds` are those of a clock on the wall."""

    seconds: float = 180.0
    cpu_seconds: int = 60
    memory_bytes: int = 1536 * 1024 * 1024


DEFAULT_BOUNDS = Bounds()


def guarded_read(
    format_: Format,
    data: bytes,
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
    bounds: Bounds = DEFAULT_BOUNDS,
) -> ParsedFile:
    """What `format_.read` gives or raises."""
    task = Task(
        function=f"{format_.read.__module__}:read",
        data=data,
        options={
            "source_language": source_language,
            "target_language": target_language,
        },
        limits=limits,
    )
    return guarded(task, ParsedFile, bounds)


def guarded_write(
    format_: Format,
    original: bytes,
    translations: Mapping[str, Translation],
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
    bounds: Bounds = DEFAULT_BOUNDS,
) -> bytes:
    """What `format_.write` gives or raises."""
    task = Task(
        function=f"{format_.write.__module__}:write",
        data=original,
        options={
            "source_language": source_language,
            "target_language": target_language,
        },
        limits=limits,
        translations=dict(translations),
    )
    return guarded(task, bytes, bounds)


def guarded_tmx(
    data: bytes,
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
    bounds: Bounds = DEFAULT_BOUNDS,
) -> TmxFile:
    """All units of a translation memory."""
    options = {"source_language": source_language, "target_language": target_language}
    task = Task(f"{_EXCHANGE}:tmx_all", data, options, limits)
    return guarded(task, TmxFile, bounds)


def guarded_terms(
    data: bytes,
    *,
    source_language: str,
    target_language: str,
    limits: Limits = DEFAULT_LIMITS,
    bounds: Bounds = DEFAULT_BOUNDS,
) -> TermFile:
    """All terms of a TBX file or a table."""
    options = {"source_language": source_language, "target_language": target_language}
    task = Task(f"{_EXCHANGE}:terms_all", data, options, limits)
    return guarded(task, TermFile, bounds)


def guarded_rules(
    data: bytes, *, limits: Limits = DEFAULT_LIMITS, bounds: Bounds = DEFAULT_BOUNDS
) -> SrxDocument:
    """Rules that somebody brings, when they can be used."""
    task = Task(f"{_RULES}:srx_read", data, {}, limits)
    return guarded(task, SrxDocument, bounds)


def guarded(task: Task, kind: type[T], bounds: Bounds) -> T:
    """Does the task in a limited process; its result, which is of this kind.

    Raises FormatError: the task's own, or that it needs too much time or memory.
    """
    output = _run(msgspec.msgpack.encode(task), bounds)
    answer = msgspec.msgpack.decode(output, type=Answer)
    if answer.refusal is not None:
        raise FormatError(answer.refusal.problem, **answer.refusal.params)
    return msgspec.msgpack.decode(answer.result, type=kind)


def _run(request: bytes, bounds: Bounds) -> bytes:
    arguments = [str(_ROOT), str(bounds.memory_bytes), str(bounds.cpu_seconds)]
    process = subprocess.Popen(  # noqa: S603  # this very Python
        [sys.executable, "-I", "-c", _START, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"LC_ALL": "C.UTF-8"},
    )
    try:
        output, errors = process.communicate(request, timeout=bounds.seconds)
    except subprocess.TimeoutExpired:
        raise FormatError(Problem.TOO_SLOW, seconds=round(bounds.seconds)) from None
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    if process.returncode:
        raise _death(process.returncode, errors, bounds)
    return output


def _death(code: int, errors: bytes, bounds: Bounds) -> FormatError:
    if code == -signal.SIGXCPU:
        return FormatError(Problem.TOO_SLOW, seconds=bounds.cpu_seconds)
    if code == -signal.SIGKILL or b"MemoryError" in errors:
        return FormatError(Problem.TOO_MUCH_MEMORY)
    log.error(
        "a reader of files died (%s): %s", code, errors[-2000:].decode(errors="replace")
    )
    return FormatError(Problem.CRASHED)
