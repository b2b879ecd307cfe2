"""Where words begin: near their likely translations.

A small run meets most words a few times only, too few to find their places. Counting
finds them in seconds: IBM Model 1 (Brown et al. 1993, "The Mathematics of Statistical
Machine Translation") says which English words a foreign one stands for.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from inference.training.examples import Examples

_ROUNDS = 5  # of expectation and maximisation; the first say almost everything
_LONGEST = 20  # tokens a side; short pairs say most, at the least cost
_PIVOT = "en"
_FOREIGN_SHARE = 0.5  # of a token's uses; a name or a number is at home in both

Numbers = NDArray[np.int64]
Shares = NDArray[np.float64]
Sides = list[tuple[Numbers, Numbers]]  # of a pair: the English tokens, and the others


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Translations of single tokens, as columns of equal length."""

    words: Numbers  # of other languages
    english: Numbers
    shares: Shares  # of a word's translations; those of one word sum to 1
    is_foreign: NDArray[np.bool_]  # is the word not at home in English too


def words_align(embedding: Tensor, lexicon: Lexicon) -> None:
    """Move foreign words in `embedding` [vocabulary, width] towards English ones.

    Each row keeps its length, and half of its direction: forms of one word differ.
    Words that are at home in English too are left alone.
    """
    words = torch.from_numpy(lexicon.words[lexicon.is_foreign])
    moved = torch.from_numpy(np.unique(lexicon.words[lexicon.is_foreign]))
    shares = torch.from_numpy(lexicon.shares[lexicon.is_foreign]).float()[:, None]
    english = embedding[torch.from_numpy(lexicon.english[lexicon.is_foreign])]
    means = torch.zeros_like(embedding).index_add_(0, words, shares * english)
    own, mean = embedding[moved], means[moved]
    length = own.norm(dim=1, keepdim=True)
    placed = own + mean * length / mean.norm(dim=1, keepdim=True)
    embedding[moved] = placed * length / placed.norm(dim=1, keepdim=True)


def lexicon_learn(examples: Examples, vocabulary_size: int) -> Lexicon:
    """How likely an English token is when a foreign one is there. Empty if no pair
    has an English side."""
    sides = _english_sides(examples)
    if not sides:
        nothing = np.zeros(0, np.int64)
        return Lexicon(nothing, nothing, nothing.astype(float), nothing.astype(bool))
    english, words, places = _links(sides)
    keys, link_keys = np.unique(english * vocabulary_size + words, return_inverse=True)
    key_words = keys % vocabulary_size
    shares = np.ones(len(keys))
    for _ in range(_ROUNDS):
        weights = shares[link_keys]
        weights /= np.bincount(places, weights)[places]
        expected = np.bincount(link_keys, weights, len(keys))
        shares = expected / np.bincount(key_words, expected)[key_words]
    is_foreign = _is_foreign(sides, vocabulary_size)[key_words]
    return Lexicon(key_words, keys // vocabulary_size, shares, is_foreign)


def _links(sides: Sides) -> tuple[Numbers, Numbers, Numbers]:
    """Every token of an English side with every one of the other: both tokens, and the
    number of the English one's place in the corpus."""
    lengths = np.concatenate([np.full(len(one), len(other)) for one, other in sides])
    english = np.repeat(np.concatenate([one for one, _ in sides]), lengths)
    words = np.concatenate([np.tile(other, len(one)) for one, other in sides])
    return english, words, np.repeat(np.arange(len(lengths)), lengths)


def _is_foreign(sides: Sides, vocabulary_size: int) -> NDArray[np.bool_]:
    """Of each token: is it mostly another language's."""
    english, foreign = (
        np.bincount(np.concatenate([side[n] for side in sides]), None, vocabulary_size)
        for n in range(2)
    )
    return foreign > _FOREIGN_SHARE * (english + foreign)


def _english_sides(examples: Examples) -> Sides:
    """Of the short pairs that have an English side."""
    sides = np.array(
        [
            0 if d.source == _PIVOT else 1 if d.target == _PIVOT else -1
            for d in examples.directions
        ]
    )
    side = sides[examples.direction_numbers]
    kept = np.flatnonzero((side >= 0) & (examples.lengths.max(axis=1) <= _LONGEST))

    def tokens(pair: int, side: int) -> Numbers:
        return examples.tokens(pair, side).astype(np.int64)

    pairs = zip(kept.tolist(), side[kept].tolist(), strict=True)
    return [(tokens(pair, one), tokens(pair, 1 - one)) for pair, one in pairs]
