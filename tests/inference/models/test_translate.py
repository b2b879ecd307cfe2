"""The translator that ships, through the stock classes and through the engine."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from inference.contract import GenerationRequest
from inference.models.registry import resolve
from inference.models.shipped import shipped_models
from inference.text.tokenizer_settings import repetition_penalty_read
from tests.inference.engine_harness import Harness, harness_make, request_make

ASKED = "Translate English to French: Open the file"
ANSWERED = "Ouvrir le fichier"
PREFIX = "translate English to French: "
RIGHT = {
    "Cannot open file %s": "Impossible d'ouvrir le fichier %s",
    "Please click the Save button.": "Veuillez cliquer sur le bouton Enregistrer.",
    "Save changes?": "Enregistrer les modifications ?",
    "I love you": "Je t'aime",
}
SENTENCES = [*RIGHT, "Where is the train station?"]


@pytest.fixture(scope="module")
def translator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harness]:
    home = tmp_path_factory.mktemp("home")
    harness = harness_make(Path("translate"), home)
    yield harness
    harness.engine.close()


@pytest.fixture(scope="module")
def stock() -> tuple[Any, Any]:
    directory = shipped_models()["translate"]
    return (
        AutoTokenizer.from_pretrained(directory),
        AutoModelForSeq2SeqLM.from_pretrained(directory),
    )


def named_request(text: str) -> GenerationRequest:
    """As the workspace asks: the languages beside the text."""
    return asked(text, source_language="en", target_language="fr")


def asked(
    text: str,
    *,
    source_language: str = "",
    target_language: str = "",
    **sampling: Any,
) -> GenerationRequest:
    """As its own files wish, which is how the stock classes ask it."""
    return request_make(
        text,
        max_tokens=60,
        repetition_penalty=repetition_penalty_read(shipped_models()["translate"]),
        source_language=source_language,
        target_language=target_language,
        **sampling,
    )


def translate(stock: tuple[Any, Any], text: str) -> str:
    tokenizer, network = stock
    answer = network.generate(**tokenizer(text, return_tensors="pt"))
    return str(tokenizer.decode(answer[0], skip_special_tokens=True))


def test_any_git_host_takes_it(tmp_path: Path) -> None:
    files = resolve("translate", tmp_path).files
    assert max(file.size for file in files) <= 16 * 2**20
    assert sum(file.size for file in files) <= 64 * 2**20


def test_the_stock_classes_translate(stock: tuple[Any, Any]) -> None:
    assert translate(stock, ASKED) == ANSWERED
    found = {text: translate(stock, f"{PREFIX}{text}") for text in RIGHT}
    assert found == RIGHT


def test_the_engine_says_what_the_stock_classes_say(
    translator: Harness, stock: tuple[Any, Any]
) -> None:
    texts = [ASKED, *SENTENCES]
    answers = translator.ask(*[asked(text) for text in texts])
    assert translator.engine.info.repetition_penalty > 1
    assert answers[0].text == ANSWERED
    prefixed = [ASKED, *(f"{PREFIX}{text}" for text in SENTENCES)]
    named = translator.ask(*[named_request(text) for text in SENTENCES])
    found = [answers[0].text, *(answer.text for answer in named)]
    assert found == [translate(stock, text) for text in prefixed]


@pytest.mark.parametrize("num_beams", [1, 4])
def test_it_says_a_word_as_it_is_told_to(translator: Harness, num_beams: int) -> None:
    for text, *pair in (
        ("Open the file", "file", "document"),
        ("Delete this folder", "folder", "répertoire"),
    ):
        plain = asked(PREFIX + text, num_beams=num_beams)
        led = asked(PREFIX + text, num_beams=num_beams, phrases=(tuple(pair),))
        [before, after] = translator.ask(plain, led)
        assert pair[1] not in before.text
        assert pair[1] in after.text
        assert not any(chunk.alignment for chunk in after.chunks), "nobody asked"
