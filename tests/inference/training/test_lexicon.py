"""Words begin near their translations, which counting finds."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from torch.nn.functional import cosine_similarity

from inference.training.batches import Batch
from inference.training.direction import Direction
from inference.training.examples import Examples, examples_write
from inference.training.guide import AlignmentGuide
from inference.training.lexicon import Lexicon, lexicon_learn, words_align
from inference.training.pair import Pair
from tests.inference.training.samples import WORDS, sentences


def words_tokenizer() -> Tokenizer:
    """Every word is a token."""
    words = dict.fromkeys(["<unk>", *WORDS, *WORDS.values()])
    ids = {word: number for number, word in enumerate(words)}
    tokenizer = Tokenizer(WordLevel(ids, unk_token="<unk>"))
    tokenizer.pre_tokenizer = Whitespace()
    return tokenizer


def lexicon_of(languages: str, home: Path) -> Lexicon:
    direction = Direction.parse(languages)
    pairs = [Pair(*texts, direction, "test") for texts in sentences(400)]
    examples_write(pairs, words_tokenizer(), home, max_tokens=50)
    return lexicon_learn(Examples(home), len(WORDS) * 2 + 1)


def test_a_word_moves_to_its_translation_and_to_no_other(tmp_path: Path) -> None:
    torch.manual_seed(0)
    tokenizer = words_tokenizer()
    embedding = torch.randn(tokenizer.get_vocab_size(), 64)
    before = embedding.clone()
    words_align(embedding, lexicon_of("en-fr", tmp_path / "examples"))
    english = torch.tensor([tokenizer.token_to_id(word) for word in WORDS])
    assert torch.equal(embedding[english], before[english])
    for source, target in WORDS.items():
        word = embedding[tokenizer.token_to_id(target)]
        near = cosine_similarity(word, embedding[english], dim=-1)
        assert list(WORDS)[int(near.argmax())] == source
    torch.testing.assert_close(embedding.norm(dim=1), before.norm(dim=1))


def test_without_english_all_stays(tmp_path: Path) -> None:
    embedding = torch.randn(words_tokenizer().get_vocab_size(), 64)
    before = embedding.clone()
    words_align(embedding, lexicon_of("de-fr", tmp_path / "examples"))
    assert torch.equal(embedding, before)


@pytest.mark.parametrize("is_reversed", [False, True])
def test_attention_is_told_which_word_comes_from_which(
    tmp_path: Path, *, is_reversed: bool
) -> None:
    tokenizer = words_tokenizer()
    texts = ("old dog sees small house", "vieux chien voit petit logis")
    sides = [torch.tensor([tokenizer.encode(text).ids]) for text in texts]
    if is_reversed:
        sides.reverse()
    batch = Batch(sides[0], sides[1], 10, np.zeros(1, np.int64))
    lexicon = lexicon_of("en-fr", tmp_path / "examples")
    guide = AlignmentGuide(lexicon, tokenizer.get_vocab_size())
    wanted = guide.alignment(batch)
    torch.testing.assert_close(wanted.sum(dim=2), torch.ones(1, 5))
    assert wanted[0].argmax(dim=1).tolist() == [0, 1, 2, 3, 4]
    right, wrong = wanted[:, None], wanted[:, None].flip(dims=[3])
    assert guide.loss(right, batch) < 0.5 < guide.loss(wrong, batch)
