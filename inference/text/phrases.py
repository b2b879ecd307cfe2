"""Words that an answer should have for words of its source, as tokens.

>>> pieces = {"▁le": 0, "▁fichier": 1, "▁fichiers": 2, "▁Fi": 3, "ch": 4, "ier": 5}
>>> ids = {"file": [8], "fichier": [1], "Fichier": [3, 4, 5]}
>>> phrases = Phrases(ids.__getitem__, ids.__getitem__, lambda: pieces)
>>> phrase = phrases.read([7, 8, 9], "file", "fichier")
>>> sorted(phrase.places), [[sorted(step) for step in way] for way in phrase.ways]
([1], [[[1, 2]], [[3], [4], [5]]])
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

Step = frozenset[int]  # any of these tokens
Way = tuple[Step, ...]  # one after the other

_LONGEST_ENDING = 3  # characters by which a word may be inflected
_BEFORE = ("", "(")  # a copy may follow a space or a sign, and has other tokens then


@dataclass(frozen=True, slots=True)
class Phrase:
    """`ways`: to write it, any of them. `places`: numbers of the source's tokens that
    it stands for; empty where they were not found. `is_copy`: the source has it as it
    is, so many `times`, and nothing else will do."""

    ways: tuple[Way, ...]
    places: frozenset[int] = frozenset()
    is_copy: bool = False
    times: int = 1


class Phrases:
    """Reads phrases for one vocabulary. Safe to share among threads."""

    def __init__(
        self,
        encode_source: Callable[[str], list[int]],
        encode_target: Callable[[str], list[int]],
        tokens: Callable[[], Mapping[str, int]],
    ) -> None:
        """tokens: the vocabulary, which may be long, and is asked for when there is a
        first phrase."""
        self._encode_source = encode_source
        self._encode_target = encode_target
        self._tokens = tokens

    def read(self, source_ids: Sequence[int], words: str, text: str) -> Phrase:
        """`text` as it is written, and as it begins a sentence; its last piece may have
        an ending, so that nobody is kept from a plural."""
        if words == text:
            return self._copy(source_ids, text)
        texts = dict.fromkeys((text, text[:1].upper() + text[1:]))
        ways = (self._way(self._encode_target(each)) for each in texts)
        return Phrase(
            ways=tuple(way for way in ways if way),
            places=_places(source_ids, self._encode_source(words)),
        )

    def _copy(self, source_ids: Sequence[int], text: str) -> Phrase:
        written = _variants(self._encode_target, text)
        read = _variants(self._encode_source, text)
        return Phrase(
            ways=tuple(tuple(frozenset([each]) for each in ids) for ids in written),
            places=frozenset().union(*(_places(source_ids, ids) for ids in read)),
            is_copy=True,
            times=max(1, sum(len(_starts(source_ids, ids)) for ids in read)),
        )

    def _way(self, ids: Sequence[int]) -> Way:
        if not ids:
            return ()
        *first, last = ids
        return (*(frozenset([each]) for each in first), self._with_endings(last))

    def _with_endings(self, token_id: int) -> Step:
        piece = self._pieces.get(token_id, "")
        if not piece:
            return frozenset([token_id])
        longest = len(piece) + _LONGEST_ENDING
        start = bisect_left(self._sorted, piece)
        longer = takewhile(lambda each: each.startswith(piece), self._sorted[start:])
        found = {
            self._ids[each]
            for each in longer
            if len(each) <= longest and each[len(piece) :].isalpha()
        }
        return frozenset({token_id, *found})

    @cached_property
    def _ids(self) -> Mapping[str, int]:
        return self._tokens()

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._ids)

    @cached_property
    def _pieces(self) -> dict[int, str]:
        return {token_id: piece for piece, token_id in self._ids.items()}


def _variants(encode: Callable[[str], list[int]], text: str) -> list[tuple[int, ...]]:
    """Each once."""
    found = dict.fromkeys(tuple(_rest(encode, before, text)) for before in _BEFORE)
    return [ids for ids in found if ids]


def _rest(encode: Callable[[str], list[int]], before: str, text: str) -> list[int]:
    """Tokens of `text` behind `before`; none where the two run together."""
    start, whole = encode(before), encode(before + text)
    return whole[len(start) :] if whole[: len(start)] == start else []


def _places(ids: Sequence[int], wanted: Sequence[int]) -> frozenset[int]:
    """Wherever they stand in a row."""
    starts = _starts(ids, wanted)
    return frozenset(at for start in starts for at in range(start, start + len(wanted)))


def _starts(ids: Sequence[int], wanted: Sequence[int]) -> list[int]:
    count = len(wanted)
    starts = range(len(ids) - count + 1) if count else ()
    return [s for s in starts if list(ids[s : s + count]) == list(wanted)]
