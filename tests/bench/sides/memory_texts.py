"""Sentences for a memory: as many as wanted, like those of programs and manuals.

A chain of words learned from the manual inside the running Python: word pairs and word
frequencies are those of real text, so that frequent features are as frequent.
"""

import random
import re
from collections.abc import Iterator
from itertools import pairwise

from tests.bench.prompts import long_text

_END = "."
_LENGTHS = (1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 28)  # words
_EXTRAS = ("%s", "%(name)s", "{count}", "<b>%d</b>", "3", "12", "2024", "1.5")


class Sentences:
    """The same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # a bench, no secret
        words = re.findall(r"[\w'-]+|\.", long_text())
        self._following: dict[str, list[str]] = {}
        for first, second in pairwise(words):
            self._following.setdefault(first, []).append(second)

    def take(self, count: int) -> Iterator[str]:
        for _ in range(count):
            yield self._sentence()

    def edited(self, sentence: str) -> str:
        """With one word otherwise, as a later version of the same text has it."""
        words = sentence.split()
        place = self._chance.randrange(len(words))
        words[place] = self._chance.choice(list(self._following))
        return " ".join(words)

    def choice(self, sentences: list[str]) -> str:
        return self._chance.choice(sentences)

    def _sentence(self) -> str:
        word = self._next(_END)
        words = [word.title()]
        for _ in range(self._chance.choice(_LENGTHS) - 1):
            word = self._next(word)
            words.append(word)
            if self._chance.random() < 0.03:
                words.append(self._chance.choice(_EXTRAS))
        return " ".join(words)

    def _next(self, word: str) -> str:
        following = self._chance.choice(self._following.get(word) or [_END])
        return following if following != _END else self._next(_END)
