"""Which of many terms occur in a text: one pass over its words, whatever their number.

>>> index = TermIndex([Entry("file manager"), Entry("file")], "en")
>>> [(hit.entry.text, hit.start, hit.end) for hit in index.find("File managers, files")]
[('file manager', 0, 13), ('file', 15, 20)]
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from webapp.workspace.terms.stems import stem

Stems = tuple[str, ...]
_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """key: whatever tells the caller which term it is."""

    text: str
    is_case_sensitive: bool = False
    key: object = None


@dataclass(frozen=True, slots=True)
class Hit:
    """is_inflected: there in another form than the term has."""

    entry: Entry
    start: int
    end: int
    is_inflected: bool


class TermIndex:
    """Of terms in one language. Longer terms hide the shorter ones inside them."""

    def __init__(self, entries: Iterable[Entry], language: str) -> None:
        self._language = language
        self._by_stems: dict[Stems, list[Entry]] = {}
        self._lengths: dict[
            str, list[int]
        ] = {}  # of terms that begin so, longest first
        self._by_character: dict[str, list[Entry]] = {}
        for entry in entries:
            self._add(entry)
        for entries_there in self._by_character.values():
            entries_there.sort(key=lambda entry: -len(entry.text))

    def _add(self, entry: Entry) -> None:
        text = entry.text.strip()
        if _UNSPACED.search(text):
            first = text[0].casefold()
            self._by_character.setdefault(first, []).append(entry)
        elif stems := self._stems(text):
            self._by_stems.setdefault(stems, []).append(entry)
            lengths = {*self._lengths.get(stems[0], ()), len(stems)}
            self._lengths[stems[0]] = sorted(lengths, reverse=True)

    def _stems(self, text: str) -> Stems:
        return tuple(stem(word, self._language) for word in _WORD.findall(text))

    def find(self, text: str) -> list[Hit]:
        """In the order of the text."""
        hits = [*self._characters(text), *self._words(text)]
        return sorted(hits, key=lambda hit: (hit.start, -hit.end))

    def _words(self, text: str) -> Iterator[Hit]:
        if not self._by_stems:
            return
        words = list(_WORD.finditer(text))
        stems = tuple(stem(word[0], self._language) for word in words)
        at = 0
        while at < len(words):
            hits = list(self._at(text, words, stems, at))
            yield from hits
            last = max((hit.end for hit in hits), default=0)
            at += 1
            while at < len(words) and words[at].start() < last:
                at += 1

    def _at(
        self, text: str, words: list[re.Match[str]], stems: Stems, at: int
    ) -> Iterator[Hit]:
        """The longest term that begins here; of equal ones (Polish, polish) all."""
        for length in self._lengths.get(stems[at], ()):
            here = stems[at : at + length]  # shorter at the end of the text
            entries = self._by_stems.get(here, ())
            if len(here) < length or not entries:
                continue
            start, end = words[at].start(), words[at + length - 1].end()
            there = text[start:end]
            if fitting := [entry for entry in entries if _fits(entry, there)]:
                for entry in fitting:
                    is_inflected = there.casefold() != entry.text.casefold()
                    yield Hit(entry, start, end, is_inflected)
                return

    def _characters(self, text: str) -> Iterator[Hit]:
        if not self._by_character:
            return
        at = 0
        while at < len(text):
            hit = self._starting(text, at)
            if hit:
                yield hit
            at = hit.end if hit else at + 1

    def _starting(self, text: str, at: int) -> Hit | None:
        for entry in self._by_character.get(text[at].casefold(), ()):
            end = at + len(entry.text)
            there = text[at:end]
            if there == entry.text or (
                not entry.is_case_sensitive
                and there.casefold() == entry.text.casefold()
            ):
                return Hit(entry, at, end, is_inflected=False)
        return None


def _fits(entry: Entry, there: str) -> bool:
    """Where the case matters, each word has it as far as both go."""
    if not entry.is_case_sensitive:
        return True
    pairs = zip(_WORD.findall(entry.text), _WORD.findall(there), strict=True)
    return all(_same_case(wanted, found) for wanted, found in pairs)


def _same_case(wanted: str, found: str) -> bool:
    length = min(len(wanted), len(found))
    common = next(
        (n for n in range(length) if wanted[n].casefold() != found[n].casefold()),
        length,
    )
    return wanted[:common] == found[:common]
