"""How alike two sources are, in percent."""

from rapidfuzz.distance import Levenshtein

from webapp.workspace.memory.normal import Normal

CONTEXT = 101
EXACT = 100
BEST_FUZZY = 99
_CASE = 1  # taken off where only upper and lower case differ


def similarity(query: Normal, source: Normal, *, least: int) -> int:
    """0 to 99, of texts that are not the same; 0 where it is below `least`.

    >>> from webapp.workspace.memory.normal import normalise
    >>> similarity(normalise("Delete 3 files"), normalise("Delete 4 file"), least=50)
    92
    """
    part = Levenshtein.normalized_similarity(
        query.folded, source.folded, score_cutoff=least / 100
    )
    score = min(int(part * 100), BEST_FUZZY)
    score -= _CASE * (query.text != source.text and part == 1)
    return score if score >= least else 0
