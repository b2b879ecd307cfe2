"""What a run measured, one JSON object a line."""

import json
from pathlib import Path
from typing import Any


class Metrics:
    """A file that only grows; after a kill, what was measured twice stands once."""

    def __init__(self, path: Path, *, step: int) -> None:
        """Forgets the lines after `step`, which the run is about to repeat."""
        self._path = path
        kept = [line for line in metrics_read(path) if line["step"] <= step]
        part = path.with_suffix(".part")
        part.write_text("".join(map(_line, kept)), encoding="utf-8")
        part.replace(path)

    def write(self, **values: Any) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(_line(values))

    def read(self) -> list[dict[str, Any]]:
        return metrics_read(self._path)


def metrics_read(path: Path) -> list[dict[str, Any]]:
    """Whole lines; the last one may have been cut by a kill."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    return [json.loads(line) for line in lines if line.endswith("}")]


def _line(values: dict[str, Any]) -> str:
    return json.dumps(values) + "\n"
