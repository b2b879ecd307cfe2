"""The prompts are real and varied, and pieces of text have the length asked for."""

from tests.bench.prompts import chat_prompts, long_text, text_of_length


def test_there_are_32_and_no_two_are_alike() -> None:
    assert len(set(chat_prompts())) == len(chat_prompts()) == 32


def test_they_are_short_and_long() -> None:
    lengths = [len(prompt) for prompt in chat_prompts()]
    assert min(lengths) < 40
    assert max(lengths) > 1000


def test_they_speak_several_languages() -> None:
    prompts = "".join(chat_prompts())
    assert all(words in prompts for words in ("请", "Rédige", "def "))


def test_a_piece_is_the_longest_that_fits() -> None:
    piece = text_of_length(len, 100)
    assert piece == long_text()[:100]


def test_a_piece_may_begin_anywhere() -> None:
    assert text_of_length(len, 50, start=1000) == long_text()[1000:1050]


def test_the_text_is_long_enough_for_the_perplexity() -> None:
    assert len(long_text()) > 200_000
