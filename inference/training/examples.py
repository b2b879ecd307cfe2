"""All pairs as tokens in a few flat files, read where they are needed.

tokens.bin has all texts behind each other, two bytes a token; ends.npy says where each
text ends (source and target in turn); directions.npy and origins.npy hold a number for
each pair, of the names in examples.json.
"""

import json
import shutil
from array import array
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from inference.training.direction import Direction
from inference.training.errors import TrainingError
from inference.training.pair import Pair

_PAIRS_AT_ONCE = 2000


def examples_write(
    pairs: Iterable[Pair], tokenizer: Tokenizer, directory: Path, *, max_tokens: int
) -> None:
    """Replaces the directory, when all is written. Longer pairs are left out.

    Raises TrainingError if none is left.
    """
    part = directory.with_name(directory.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    table = _Table(max_tokens)
    with (part / "tokens.bin").open("wb") as file:
        for chunk in _chunks(pairs):
            file.write(table.add(chunk, _encode(tokenizer, chunk)))
    table.save(part)
    if not table.num_pairs:
        raise TrainingError(f"No pair is left that has at most {max_tokens} tokens")
    shutil.rmtree(directory, ignore_errors=True)
    part.replace(directory)


class Examples:
    """What `examples_write` wrote, mapped into memory."""

    def __init__(self, directory: Path) -> None:
        names = json.loads((directory / "examples.json").read_text(encoding="utf-8"))
        self.directions = [Direction.parse(name) for name in names["directions"]]
        self.origins: list[str] = names["origins"]
        self.direction_numbers = np.load(directory / "directions.npy", mmap_mode="r")
        self.origin_numbers = np.load(directory / "origins.npy", mmap_mode="r")
        ends = np.load(directory / "ends.npy", mmap_mode="r")
        begins = np.concatenate([[0], ends[:-1]])
        self._begins = begins.reshape(-1, 2)
        self.lengths = (ends - begins).astype(np.int32).reshape(-1, 2)
        self._tokens = np.memmap(directory / "tokens.bin", dtype="<u2", mode="r")

    def __len__(self) -> int:
        return len(self.lengths)

    def tokens(self, pair: int, side: int) -> NDArray[np.uint16]:
        """Of the source (side 0) or the target (1), without an end."""
        begin = self._begins[pair, side]
        return self._tokens[begin : begin + self.lengths[pair, side]]


class _Table:
    """The columns, as they grow: 15 bytes a pair."""

    def __init__(self, max_tokens: int) -> None:
        self._max_tokens = max_tokens
        self._position = 0
        self._ends = array("q")
        self._directions = array("B")
        self._origins = array("H")
        self._direction_names: dict[str, int] = {}
        self._origin_names: dict[str, int] = {}

    @property
    def num_pairs(self) -> int:
        return len(self._directions)

    def add(self, pairs: list[Pair], sides: list[list[int]]) -> bytes:
        """The bytes for tokens.bin."""
        kept = array("H")
        for pair, source, target in zip(pairs, sides[::2], sides[1::2], strict=True):
            if not 0 < max(len(source), len(target)) <= self._max_tokens:
                continue
            for tokens in (source, target):
                kept.extend(tokens)
                self._position += len(tokens)
                self._ends.append(self._position)
            self._directions.append(
                self._direction_names.setdefault(
                    str(pair.direction), len(self._direction_names)
                )
            )
            self._origins.append(
                self._origin_names.setdefault(pair.origin, len(self._origin_names))
            )
        return kept.tobytes()

    def save(self, directory: Path) -> None:
        np.save(directory / "ends.npy", np.frombuffer(self._ends, np.int64))
        np.save(directory / "directions.npy", np.frombuffer(self._directions, np.uint8))
        np.save(directory / "origins.npy", np.frombuffer(self._origins, np.uint16))
        names = {
            "directions": list(self._direction_names),
            "origins": list(self._origin_names),
        }
        text = json.dumps(names, ensure_ascii=False)
        (directory / "examples.json").write_text(text, encoding="utf-8")


def _chunks(pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    pairs = iter(pairs)
    while chunk := list(islice(pairs, _PAIRS_AT_ONCE)):
        yield chunk


def _encode(tokenizer: Tokenizer, pairs: list[Pair]) -> list[list[int]]:
    """Source and target of each pair in turn."""
    texts = [text for pair in pairs for text in (pair.source, pair.target)]
    found = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    return [encoding.ids for encoding in found]
