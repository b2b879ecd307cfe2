"""Writes the last run's tables into docs/performance.md.

Run it with `python -m tests.bench.document`, after `make bench`.

Each table stands between two marks, `<!-- bench: streams -->` and `<!-- end -->`, named
after the file in the data directory that it comes from. So every figure of the page is
one that was measured, and nobody types it.
"""

import json
import re
import sys
from pathlib import Path

from tests.bench.machine import about_words
from tests.bench.report import bench_directory, markdown
from tests.product import REPOSITORY

PAGE = REPOSITORY / "docs" / "performance.md"
_MARKED = re.compile(
    r"(?P<begin><!-- bench: (?P<name>[a-z-]+) -->\n)(?P<old>.*?)(?P<end><!-- end -->)",
    re.DOTALL,
)


def document_fill(page: str, directory: Path) -> str:
    """The page with every table replaced whose measurements are there."""

    def fill(match: re.Match[str]) -> str:
        new = _content(match["name"], directory)
        return match[0] if new is None else f"{match['begin']}{new}{match['end']}"

    return _MARKED.sub(fill, page)


def names(page: str) -> list[str]:
    """Of the tables that the page wants."""
    return [match["name"] for match in _MARKED.finditer(page)]


def _content(name: str, directory: Path) -> str | None:
    """None where nothing was measured: what stands there stays."""
    file = directory / f"{name}.json"
    if not file.exists():
        return None
    if name.startswith("about"):
        return f"{about_words(file)}\n"
    rows = json.loads(file.read_text(encoding="utf-8"))
    return f"\n{markdown(rows)}\n"


def main() -> None:
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(document_fill(page, bench_directory()), encoding="utf-8")
    sys.stdout.write(f"{PAGE} shows what is in {bench_directory()}\n")


if __name__ == "__main__":
    main()
