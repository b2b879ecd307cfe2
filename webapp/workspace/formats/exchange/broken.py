"""Entries that could not be taken, while others of the same file were."""

from dataclasses import dataclass, field
from typing import Any

from webapp.workspace.formats.problem import FormatError, FormatWarning, Problem

_SHOWN = 20


@dataclass(slots=True)
class BrokenEntries:
    """Counted, and the first ones kept for the person who must mend them.

    `stopped` says why the rest of the file could not be read, if it could not.
    """

    count: int = 0
    shown: list[FormatWarning] = field(default_factory=list)
    stopped: FormatWarning | None = None

    def add(self, problem: Problem, **params: Any) -> None:
        self.count += 1
        if len(self.shown) < _SHOWN:
            self.shown.append(FormatWarning(problem, params))

    def stop(self, error: FormatError) -> None:
        self.stopped = FormatWarning(error.problem, error.params)
