"""What a reader of files tells: how much it read, and which lines were broken."""

from dataclasses import dataclass, field
from pathlib import Path

_SHOWN = 5


@dataclass(slots=True)
class BadLines:
    """Counted, and the first few kept for the person who must mend them."""

    count: int = 0
    shown: list[str] = field(default_factory=list)

    def add(self, path: Path, line: int, reason: str) -> None:
        self.count += 1
        if len(self.shown) < _SHOWN:
            self.shown.append(f"{path}, line {line}: {reason}")
