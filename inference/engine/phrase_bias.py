"""How much more likely the next token of a wanted phrase becomes.

>>> phrase = Phrase(((frozenset({7}), frozenset({9})),), places=frozenset({1}))
>>> phrase_addends([phrase], [1], [0.5, 0.25, 0.25])
{7: 4.5}
>>> phrase_addends([phrase], [1, 7], [0.75, 0.25, 0.0])
{9: 8.0}
>>> phrase_addends([phrase], [1, 7, 9, 2], [0.0, 1.0, 0.0])
{}
"""

from collections.abc import Sequence

from inference.text.phrases import Phrase, Way

# Natural logarithms. Beginning one must not cost the sentence its sense, unless the
# model is just reading the words that it stands for; leaving one in the middle makes a
# word that nobody knows.
BEGIN, BEGIN_THERE, GO_ON = 2.0, 10.0, 8.0
# A copy is right or useless, and wanted as often as the source has it.
COPY_GO_ON, COPY_AGAIN = 50.0, -5.0


def phrase_addends(
    phrases: Sequence[Phrase], own: Sequence[int], attention: Sequence[float]
) -> dict[int, float]:
    """By token id; what `own` has often enough is wanted no more. attention: of the
    next token to each one of the source, if it is known."""
    addends: dict[int, float] = {}
    done: set[int] = set()
    for phrase in phrases:
        if sum(_times(own, way) for way in phrase.ways) >= phrase.times:
            if phrase.is_copy:
                done.update(token_id for way in phrase.ways for token_id in way[0])
            continue
        there = sum(attention[n] for n in phrase.places if n < len(attention))
        go_on = COPY_GO_ON if phrase.is_copy else GO_ON
        for way in phrase.ways:
            begun = _begun(own, way)
            addend = go_on if begun else BEGIN + BEGIN_THERE * there
            for token_id in way[begun]:
                addends[token_id] = max(addend, addends.get(token_id, addend))
    return {**dict.fromkeys(done, COPY_AGAIN), **addends}


def _times(own: Sequence[int], way: Way) -> int:
    last = len(own) - len(way)
    return sum(_fits(own[start:], way) for start in range(last + 1))


def _begun(own: Sequence[int], way: Way) -> int:
    """How many of its tokens stand at the end of `own`, but not all."""
    most = min(len(own), len(way) - 1)
    counts = range(most, 0, -1)
    return next((n for n in counts if _fits(own[len(own) - n :], way[:n])), 0)


def _fits(tokens: Sequence[int], way: Way) -> bool:
    return all(token in step for token, step in zip(tokens, way, strict=False))
