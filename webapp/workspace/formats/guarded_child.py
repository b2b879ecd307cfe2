"""The limited process: reads one task, does it, writes one answer.

It is started for each task anew and must be there quickly: it knows nothing of Django
and imports only what the task names.
"""

import contextlib
import resource
import sys
from importlib import import_module
from typing import Any

import msgspec

from webapp.workspace.formats.limits import Limits
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.unit import Translation

_GRACE_SECONDS = 2  # between the signal for too much time and the end
_NOTHING = msgspec.Raw(b"\xc0")  # nil: what is empty could not be decoded


class Task(msgspec.Struct):
    """`function` is "module:name"; it takes the data, then the translations if there
    are any, then the options by name."""

    function: str
    data: bytes
    options: dict[str, str]
    limits: Limits
    translations: dict[str, Translation] | None = None


class Refusal(msgspec.Struct):
    """Why the task could not be done: what FormatError says."""

    problem: Problem
    params: dict[str, Any]


class Answer(msgspec.Struct):
    refusal: Refusal | None = None
    result: msgspec.Raw = _NOTHING


def main() -> None:
    """The limits come as arguments, for they must hold before anything is read."""
    memory_bytes, cpu_seconds = map(int, sys.argv[2:4])
    _limit(memory_bytes, cpu_seconds)
    task = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Task)
    with contextlib.redirect_stdout(sys.stderr):
        answer = _answer(task)
    sys.stdout.buffer.write(answer)


def _limit(memory_bytes: int, cpu_seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    cpu = (cpu_seconds, cpu_seconds + _GRACE_SECONDS)
    resource.setrlimit(resource.RLIMIT_CPU, cpu)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes to a pipe alone
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(task: Task) -> bytes:
    encode = msgspec.msgpack.encode
    try:
        return encode(Answer(result=msgspec.Raw(encode(_done(task)))))
    except FormatError as error:
        return encode(Answer(Refusal(error.problem, error.params)))
    except MemoryError:
        return encode(Answer(Refusal(Problem.TOO_MUCH_MEMORY, {})))
    except RecursionError:
        return encode(Answer(Refusal(Problem.TOO_DEEP, {})))


def _done(task: Task) -> object:
    module, _, name = task.function.partition(":")
    function = getattr(import_module(module), name)
    translations = () if task.translations is None else (task.translations,)
    result: object = function(
        task.data, *translations, **task.options, limits=task.limits
    )
    return result
