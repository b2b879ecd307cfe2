"""What the bench of the memory looks up, and how it counts."""

from itertools import islice

from tests.bench.memory import percentile
from tests.bench.sides.memory_texts import Sentences


def test_the_same_seed_makes_the_same_sentences() -> None:
    first, again, other = (list(Sentences(seed).take(50)) for seed in (1, 1, 2))
    assert first == again != other
    assert all(sentence.strip() for sentence in first)
    assert len(set(first)) > 40


def test_an_edited_sentence_differs_in_one_word() -> None:
    sentences = Sentences(3)
    for sentence in islice(sentences.take(20), 20):
        words, edited = sentence.split(), sentences.edited(sentence).split()
        assert len(words) == len(edited)
        assert sum(a != b for a, b in zip(words, edited, strict=True)) <= 1


def test_95_percent_of_the_values_are_not_above_the_percentile() -> None:
    assert percentile(range(1, 101), 95) == 95
    assert percentile([7.0], 95) == 7
