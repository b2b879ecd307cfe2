"""A directory of parallel text: what of it is trained on, and what never."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from inference.training.direction import Direction
from inference.training.errors import TrainingError
from inference.training.filters import Limits, Reason, pair_refusal
from inference.training.hold_out import is_held_out, sentence_key
from inference.training.pair import Pair, text_clean
from inference.training.pair_files import (
    corpus_files,
    direction_of,
    held_out_set,
    pairs_read,
)
from inference.training.reading import BadLines
from inference.training.seen import Seen


@dataclass(slots=True)
class CorpusReport:
    """What became of every line, for the person who brought it."""

    kept: int = 0
    left_out: Counter[Reason] = field(default_factory=Counter)
    bad: BadLines = field(default_factory=BadLines)

    def lines(self) -> list[str]:
        lines = [f"{self.kept} pairs are used."]
        for reason, count in self.left_out.most_common():
            lines.append(f"{count} left out because {reason.value}.")
        if self.bad.count:
            lines.append(f"{self.bad.count} lines cannot be read, among them:")
            lines += [f"  {line}" for line in self.bad.shown]
        return lines


class Corpus:
    """Reads a directory as often as asked, line by line.

    A pair of languages that comes with a valid.tsv or test.tsv is validated by it;
    of any other, `hold_out` of the sentences, chosen by hash, is never trained on.
    """

    def __init__(
        self,
        directory: Path,
        *,
        pairs: frozenset[Direction],
        limits: Limits | None = None,
        hold_out: float = 0.01,
    ) -> None:
        """`pairs` holds one or both orders of those languages that are wanted."""
        wanted = {*pairs, *(pair.reverse for pair in pairs)}
        files = [p for p in corpus_files(directory) if direction_of(p) in wanted]
        self._training_files = [p for p in files if not held_out_set(p)]
        self._held_out_files = [p for p in files if held_out_set(p)]
        self._limits = limits or Limits()
        self._hold_out = hold_out
        self._fixed = {_languages(direction_of(p)) for p in self._held_out_files}
        self.report = CorpusReport()

    @property
    def files(self) -> list[Path]:
        return self._training_files + self._held_out_files

    def training_pairs(self) -> Iterator[Pair]:
        """Clean, new, and not held out. `report` counts the last time it was read.

        Raises TrainingError for a file of no known format, and if nothing is left.
        """
        self.report = CorpusReport()
        held_keys = self._held_keys()
        with Seen() as seen:
            for pair in self._clean(self._training_files, self.report.bad):
                refusal = self._refusal(pair, held_keys, seen)
                if refusal is None:
                    self.report.kept += 1
                    yield pair
                else:
                    self.report.left_out[refusal] += 1
        if not self.report.kept:
            raise TrainingError(
                "The corpus holds no pair to train on. " + " ".join(self.report.lines())
            )

    def held_out_pairs(self, name: str = "valid") -> Iterator[Pair]:
        """Of one set, "valid" or "test", in the files' own order of languages.

        Those chosen by hash belong to "valid".
        """
        bad = BadLines()
        files = [p for p in self._held_out_files if held_out_set(p) == name]
        yield from self._clean(files, bad)
        if name != "valid":
            return
        with Seen() as seen:
            for pair in self._clean(self._training_files, bad):
                if self._is_chosen(pair) and _is_new(pair, seen):
                    yield pair

    def _clean(self, files: list[Path], bad: BadLines) -> Iterator[Pair]:
        for path in files:
            for pair in pairs_read(path, bad):
                source, target = text_clean(pair.source), text_clean(pair.target)
                yield Pair(source, target, pair.direction, pair.origin)

    def _refusal(
        self, pair: Pair, held_keys: set[tuple[str, bytes]], seen: Seen
    ) -> Reason | None:
        if refusal := pair_refusal(pair, self._limits):
            return refusal
        if self._is_chosen(pair) or not held_keys.isdisjoint(_keys(pair)):
            return Reason.HELD_OUT
        return None if _is_new(pair, seen) else Reason.DUPLICATE

    def _is_chosen(self, pair: Pair) -> bool:
        """By hash, where no file says what is held out: that of either side, so that
        the same pair turned round is held out as well."""
        if _languages(pair.direction) in self._fixed:
            return False
        sides = (pair.source, pair.target)
        return any(is_held_out(text, self._hold_out / 2) for text in sides)

    def _held_keys(self) -> set[tuple[str, bytes]]:
        pairs = self._clean(self._held_out_files, BadLines())
        return {key for pair in pairs for key in _keys(pair)}


def _languages(direction: Direction) -> frozenset[str]:
    return frozenset({direction.source, direction.target})


def _keys(pair: Pair) -> tuple[tuple[str, bytes], tuple[str, bytes]]:
    """Of both sides: the reverse direction must not see them either."""
    source, target = sentence_key(pair.source), sentence_key(pair.target)
    return (pair.direction.source, source), (pair.direction.target, target)


def _is_new(pair: Pair, seen: Seen) -> bool:
    one, other = sorted(
        (
            (pair.direction.source, pair.source),
            (pair.direction.target, pair.target),
        )
    )
    return seen.add("\t".join((*one, *other)))
