"""Finds the files of a corpus, and reads each in its format."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from inference.training.direction import Direction
from inference.training.errors import TrainingError
from inference.training.pair import Pair
from inference.training.po_file import po_read
from inference.training.reading import BadLines
from inference.training.tmx_file import tmx_read
from inference.training.tsv_file import tsv_read

_LANGUAGES = re.compile(r"(?:^|[._])([a-z]{2})-([a-z]{2})(?=[._]|$)")
_HELD_OUT = re.compile(r"(valid|test)\b.*")
Reader = Callable[[Path, Direction, BadLines], Iterator[Pair]]
_READERS: dict[str, Reader] = {
    ".po": lambda path, direction, bad: po_read(path, direction),
    ".tmx": tmx_read,
    ".tsv": tsv_read,
    ".tsv.gz": tsv_read,
    ".txt": tsv_read,
}


def corpus_files(directory: Path) -> list[Path]:
    """In a stable order. Raises TrainingError if there is none."""
    if not directory.is_dir():
        raise TrainingError(f"{directory}: is not a directory")
    files = [path for path in sorted(directory.rglob("*")) if _format(path)]
    if not files:
        raise TrainingError(f"{directory}: holds no {', '.join(_READERS)} file")
    return files


def held_out_set(path: Path) -> str:
    """ "valid" or "test" for a file that is never trained on, else nothing."""
    match = _HELD_OUT.fullmatch(path.name)
    return match[1] if match else ""


def pairs_read(path: Path, bad: BadLines) -> Iterator[Pair]:
    """Raises TrainingError for a file that is none of the formats, in words."""
    reader = _READERS.get(_format(path))
    if reader is None:
        raise TrainingError(f"{path}: is none of {', '.join(_READERS)}")
    return reader(path, direction_of(path), bad)


def direction_of(path: Path) -> Direction:
    """From the file's name or its nearest folder that has one: `en-fr/more.tsv`."""
    for name in (path.name, *(parent.name for parent in path.parents)):
        if match := _LANGUAGES.search(name):
            return Direction(match[1], match[2])
    raise TrainingError(
        f"{path}: does not say its languages; put it into a folder such as en-fr,"
        " or name it like work.en-fr.tsv"
    )


def _format(path: Path) -> str:
    if path.name == "README.txt" or not path.is_file():
        return ""
    return next((end for end in _READERS if path.name.endswith(end)), "")
