"""What is encoded comes back exactly, through the stock classes and through ours."""

import json
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer
from transformers import AutoTokenizer

from inference.text.tokenizer import TextTokenizer
from inference.training.direction import Direction
from inference.training.errors import TrainingError
from inference.training.pair import Pair
from inference.training.vocabulary import (
    sample_balanced,
    task_prefixes,
    vocabulary_save,
    vocabulary_train,
)
from tests.inference.text.tiny_vocabularies import CORPUS

SIZE = 400
DIRECTIONS = [Direction("en", "fr"), Direction("fr", "en")]
TEXTS = [
    "I love you",
    "你好，世界。今天天气很好。",
    "👩‍👩‍👧 🇫🇷 ❤️ naïve café",
    "def f(x):\n\treturn {a: 'b'}  # <0x41>, two  spaces ",
    "%(name)s has %d of {total} files; ${HOME}/%1",
    " leading, and a word no corpus has: Šiauliai",
    "",
]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("vocabulary")
    tokenizer = vocabulary_train(
        CORPUS * 5, size=SIZE, prefixes=task_prefixes(DIRECTIONS)
    )
    vocabulary_save(tokenizer, directory)
    config = {"model_type": "t5", "eos_token_id": 1}
    (directory / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return directory


@pytest.mark.parametrize("text", TEXTS)
def test_the_stock_class_gives_back_what_it_was_given(
    directory: Path, text: str
) -> None:
    tokenizer: Any = AutoTokenizer.from_pretrained(directory)
    ids = tokenizer(text)["input_ids"]
    assert ids[-1] == tokenizer.eos_token_id == 1
    assert tokenizer.pad_token_id == 0
    assert tokenizer.unk_token_id not in ids
    assert tokenizer.decode(ids, skip_special_tokens=True) == text


@pytest.mark.parametrize("text", [*TEXTS, "</s> and <pad> are words here"])
def test_our_own_reader_agrees_to_the_byte(directory: Path, text: str) -> None:
    tokenizer = TextTokenizer(directory)
    ids = tokenizer.encode_literally(text)
    assert tokenizer.decode(ids) == text
    written = b"".join(tokenizer.token_bytes[number] for number in ids)
    assert written.decode().removeprefix(" ") == text


def test_a_task_is_one_token_and_the_text_is_as_if_alone(directory: Path) -> None:
    tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
    for prefix in task_prefixes(DIRECTIONS):
        ids = tokenizer.encode(prefix + "How are you?").ids
        assert ids[1:] == tokenizer.encode("How are you?").ids
        assert prefix.startswith(("translate ", "Translate "))


def test_it_has_exactly_as_many_tokens_as_asked(directory: Path) -> None:
    assert (
        Tokenizer.from_file(str(directory / "tokenizer.json")).get_vocab_size() == SIZE
    )


def test_it_says_when_texts_are_too_few() -> None:
    with pytest.raises(TrainingError, match="too few for a vocabulary"):
        vocabulary_train(["one line"], size=4096, prefixes=[])


def test_every_language_gets_the_same_share() -> None:
    english_french = [Pair(f"e{n}", f"f{n}", DIRECTIONS[0]) for n in range(500)]
    english_german = [Pair(f"E{n}", f"g{n}", Direction("en", "de")) for n in range(50)]
    samples = sample_balanced([*english_french, *english_german], lines=40, seed=1)
    assert {language: len(texts) for language, texts in samples.items()} == {
        "en": 40,
        "fr": 40,
        "de": 40,
    }
    assert any(text.startswith("E") for text in samples["en"])
