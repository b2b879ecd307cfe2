"""A data set: which of its items are trained on, and which never."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from inference.contract import ChatMessage, Role
from inference.training.direction import Direction
from inference.training.errors import TrainingError
from inference.training.hold_out import is_held_out, sentence_key
from inference.training.pair import Pair, text_clean
from inference.training.pair_files import direction_of
from inference.training.reading import BadLines
from inference.training.tmx_file import tmx_read
from inference.training.tsv_file import tsv_read
from inference.training.tuning.item import Item
from inference.training.tuning.jsonl_file import jsonl_read

FORMATS = (".tsv", ".tsv.gz", ".txt", ".tmx", ".jsonl")
_LEAST = 10  # items; of fewer nothing can be learned and held out
_SHOWN = 60  # characters of an item that an error quotes
PairReader = Callable[[Path, Direction, BadLines], Iterator[Pair]]


@dataclass(frozen=True, slots=True)
class DataSet:
    training: list[Item]
    held_out: list[Item]
    duplicates: int
    bad: BadLines
    sha256: str  # of the file, and of the hold-out's where it is one of its own

    def lines(self) -> list[str]:
        """What became of every line, for the person who brought it."""
        lines = [
            f"{len(self.training)} examples are trained on,"
            f" {len(self.held_out)} are held out."
        ]
        if self.duplicates:
            lines.append(f"{self.duplicates} left out because they were there before.")
        if self.bad.count:
            lines.append(f"{self.bad.count} lines cannot be read, among them:")
            lines += [f"  {Path(line).name}" for line in self.bad.shown]
        return lines


def data_set_read(
    path: Path,
    *,
    share: float,
    direction: Direction | None = None,
    hold_out: Path | None = None,
) -> DataSet:
    """Held out is what `hold_out` has, or else `share` of the items, by the hash of
    what is asked: the same ones today and when the file has grown.

    Raises TrainingError: no such format, too few items, or the two overlap.
    """
    bad = BadLines()
    items, duplicates = _unique(_read(path, direction, bad))
    if len(items) < _LEAST:
        shown = "".join(f" {Path(line).name}." for line in bad.shown)
        raise TrainingError(
            f"{path.name} holds {len(items)} examples; at least {_LEAST} are needed."
            + shown
        )
    if hold_out is None:
        training, held = _split(items, share)
        digest = file_hash(path)
    else:
        held, _ = _unique(_read(hold_out, direction, bad))
        training = items
        _check_apart(training, held, hold_out)
        digest = hashlib.sha256(
            (file_hash(path) + file_hash(hold_out)).encode()
        ).hexdigest()
    return DataSet(training, held, duplicates, bad, digest)


def file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(path: Path, direction: Direction | None, bad: BadLines) -> Iterator[Item]:
    """Raises TrainingError for a file that is none of the formats, in words."""
    if not path.is_file():
        raise TrainingError(f"{path}: is no file")
    if path.name.endswith(".jsonl"):
        yield from jsonl_read(path, direction, bad)
        return
    reader: PairReader = tmx_read if path.name.endswith(".tmx") else tsv_read
    if not path.name.endswith(FORMATS):
        raise TrainingError(f"{path.name}: is none of {', '.join(FORMATS)}")
    for pair in reader(path, direction or direction_of(path), bad):
        source, target = text_clean(pair.source), text_clean(pair.target)
        if source and target:
            asked = (ChatMessage(Role.USER, source),)
            yield Item(asked, target, pair.direction)


def _unique(items: Iterator[Item]) -> tuple[list[Item], int]:
    """In their order, and how many were there before."""
    found: dict[Item, None] = {}
    count = 0
    for item in items:
        count += 1
        found.setdefault(item)
    return list(found), count - len(found)


def _split(items: list[Item], share: float) -> tuple[list[Item], list[Item]]:
    held = [item for item in items if is_held_out(item.asked, share)]
    if not held:  # of a small file the hash may choose none: then the next in line
        held = [min(items, key=lambda item: sentence_key(item.asked))]
    keys = {sentence_key(item.asked) for item in held}
    training = [item for item in items if sentence_key(item.asked) not in keys]
    if not training:
        raise TrainingError("All examples ask the same: nothing is left to hold out")
    return training, held


def _check_apart(training: list[Item], held: list[Item], path: Path) -> None:
    if not held:
        raise TrainingError(f"{path.name} holds no example")
    keys = {sentence_key(item.asked) for item in held}
    both = [item for item in training if sentence_key(item.asked) in keys]
    if both:
        raise TrainingError(
            f"{len(both)} of the examples are held out in {path.name} as well, so its"
            f" scores would prove nothing; the first is “{both[0].asked[:_SHOWN]}”"
        )
