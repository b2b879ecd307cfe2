"""Numbers by which the database finds entries: exact ones, and similar ones.

All are hashes of team, languages and text: one index serves every team and direction,
and none sees another's. Changing what is hashed here asks for a data migration.
"""

import hashlib
import re
import uuid
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

from webapp.workspace.memory.normal import Normal, normalise, tidy

MAX_LENGTH = 32_000  # what a SmallIntegerField holds, and more than a segment has
NUM_FEATURES = 8
_WORD = re.compile(r"\w+|◊")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+")
_STEM = 4  # letters of a word that its inflections share
_FEW = 2  # words, of which a typing error in one must not hide the entry


def memory_salt(
    team_id: uuid.UUID, source_language: str, target_language: str
) -> bytes:
    """What keys are made with: a team's in one direction are unlike all others."""
    names = f"{team_id}|{source_language}|{target_language}"
    return hashlib.blake2b(names.casefold().encode(), digest_size=16).digest()


class Keys:
    """Of one source in one direction."""

    def __init__(self, salt: bytes, source: str) -> None:
        self._salt = salt
        self.source = tidy(source)

    @cached_property
    def normal(self) -> Normal:
        return normalise(self.source)

    @property
    def exact(self) -> int:
        return self._hash(f"e {self.source}")

    @property
    def normalised(self) -> int:
        return self._hash(f"n {self.normal.folded}")

    def context(self, before: str, after: str) -> int | None:
        """None where nothing stands around: that is no context to speak of."""
        if not (before or after):
            return None
        return self._hash(f"c {tidy(before)}\0{tidy(after)}")

    @cached_property
    def length(self) -> int:
        return min(len(self.normal.folded), MAX_LENGTH)

    @property
    def features(self) -> list[int]:
        """The same few of similar texts, most likely: those that hash lowest, what is
        short and therefore frequent last."""
        ranked = sorted(
            {(is_weak, self._hash(name)) for name, is_weak in _features(self.normal)}
        )
        return [key for _, key in ranked[:NUM_FEATURES]]

    def _hash(self, text: str) -> int:
        data = text.encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(data, digest_size=8, key=self._salt).digest()
        return int.from_bytes(digest, "big", signed=True)


def _features(normal: Normal) -> Iterator[tuple[str, bool]]:
    """Words, pairs of their beginnings, and pairs of characters where words have no
    spaces; each with whether it says little."""
    words = _words(normal.folded)
    for word in words:
        yield f"w {word}", len(word) < _STEM
        if len(words) <= _FEW:
            yield f"< {word[:_STEM]}", True
            yield f"> {word[-_STEM:]}", True
    for first, second in pairwise(words):
        yield (
            f"p {first[:_STEM]} {second[:_STEM]}",
            len(first) < _STEM and len(second) < _STEM,
        )


def _words(text: str) -> list[str]:
    """
    >>> _words("open 文件夹 now")
    ['open', '文件', '件夹', 'now']
    """
    found: list[str] = []
    for word in _WORD.findall(text):
        at = 0
        for run in _UNSPACED.finditer(word):
            found += [word[at : run.start()]] if run.start() > at else []
            found += _pairs(run[0])
            at = run.end()
        found += [word[at:]] if at < len(word) else []
    return found


def _pairs(run: str) -> list[str]:
    return [run[n : n + 2] for n in range(len(run) - 1)] or [run]
