"""Tab-separated pairs, plain or gzipped: source, target and, if known, the origin."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from inference.training.direction import Direction
from inference.training.errors import TrainingError
from inference.training.pair import Pair
from inference.training.reading import BadLines

_LINE_LIMIT = 100_000  # bytes; a longer one is no sentence
_PATIENCE = 100  # lines without any pair, after which this is no such file


def tsv_read(path: Path, direction: Direction, bad: BadLines) -> Iterator[Pair]:
    """Lines that hold no pair are counted. Raises TrainingError for another format."""
    found = 0
    number = 0
    try:
        for number, line in enumerate(_lines(path), start=1):
            fields = _fields(line)
            if isinstance(fields, str):
                bad.add(path, number, fields)
                if not found and number >= _PATIENCE:
                    break
                continue
            found += 1
            yield Pair(fields[0], fields[1], direction, fields[2])
    except (EOFError, OSError, zlib.error) as error:
        bad.add(path, number + 1, f"the file ends here: {error}")
    if number and not found:
        raise TrainingError(f"{path}: holds no lines of source TAB target")


def _lines(path: Path) -> Iterator[bytes]:
    with _open(path) as file:
        while line := file.readline(_LINE_LIMIT):
            yield line
            while len(line) == _LINE_LIMIT and not line.endswith(b"\n"):
                line = file.readline(_LINE_LIMIT)


def _open(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return cast("IO[bytes]", gzip.open(path, "rb"))
    return path.open("rb")


def _fields(line: bytes) -> tuple[str, str, str] | str:
    """What stands in it, or what is wrong with it."""
    if len(line) == _LINE_LIMIT:
        return "longer than any sentence"
    try:
        text = line.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        return "not UTF-8"
    fields = text.split("\t")
    if len(fields) not in (2, 3):
        return f"{len(fields)} fields instead of source, target and origin"
    if "\0" in text:
        return "holds a zero byte"
    return fields[0], fields[1], fields[2] if len(fields) == 3 else ""
