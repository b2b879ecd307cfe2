"""What a check found."""

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    ERROR = "error"  # blocks approval
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """`start` to `end` of the target is to blame, or None where something is missing.

    `params` fill the words (webapp/workspace/check_words.py) and are JSON.
    """

    check: str
    severity: Severity
    params: dict[str, Any] = field(default_factory=dict)
    start: int | None = None
    end: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """As a segment keeps it."""
        return {
            "check": self.check,
            "severity": self.severity.value,
            "params": self.params,
            "start": self.start,
            "end": self.end,
        }

    @property
    def fingerprint(self) -> str:
        """The same as long as the same is wrong: what a person set aside stays so
        while other words of the target change.

        >>> Finding("numbers", Severity.WARNING, {"missing": ["3"]}).fingerprint
        'numbers:cdee2c01'
        """
        said = json.dumps(self.params, sort_keys=True, ensure_ascii=False)
        digest = hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=4)
        return f"{self.check}:{digest.hexdigest()}"


def error(check: str, span: tuple[int, int] | None = None, **params: Any) -> Finding:
    return Finding(check, Severity.ERROR, params, *(span or (None, None)))


def warning(check: str, span: tuple[int, int] | None = None, **params: Any) -> Finding:
    return Finding(check, Severity.WARNING, params, *(span or (None, None)))
