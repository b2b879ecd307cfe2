"""Translation models from their directories: they write what transformers would."""

import json
import re
import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from inference.config import Precision
from inference.contract import ErrorCode, FinishReason, ModelTask
from tests.inference.conftest import MakeHarness
from tests.inference.engine_harness import request_make
from tests.inference.tiny_translators import TRANSLATORS

SOURCES = [
    "The quick brown fox jumps over the lazy dog.",
    "How are you today, 世界?",
    "naïve café 👩‍👩‍👧",
]
EVERY_FAMILY = pytest.mark.parametrize("family", TRANSLATORS)
TOKENS = 24


@pytest.fixture(scope="session")
def translators(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    home = tmp_path_factory.mktemp("translators")
    return {name: write(home / name) for name, write in TRANSLATORS.items()}


class Library:
    """The same directory in transformers, from English to French."""

    def __init__(self, family: str, directory: Path) -> None:
        self._family = family
        languages = {"m2m100": ("en", "fr"), "nllb": ("eng_Latn", "fra_Latn")}
        self._languages = languages.get(family)
        model: Any = AutoModelForSeq2SeqLM
        tokenizer: Any = AutoTokenizer
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it recommends another package
            self._model = model.from_pretrained(directory, dtype=torch.float32)
            options = {"src_lang": self._languages[0]} if self._languages else {}
            self._tokenizer = tokenizer.from_pretrained(directory, **options)

    def token_ids(self, text: str) -> list[int]:
        """Greedy, without the start and the end."""
        starts = {"t5": "translate English to French: ", "marian": ">>fra<<"}
        source = self._tokenizer(starts.get(self._family, "") + text)
        forced, length = {}, 1
        if self._languages:
            target = self._tokenizer.convert_tokens_to_ids(self._target_token())
            forced, length = {"forced_bos_token_id": target}, 2
        written: list[int] = self._model.generate(
            torch.tensor([source.input_ids]),
            max_new_tokens=TOKENS + length - 1,
            do_sample=False,
            num_beams=1,
            **forced,
        )[0].tolist()[length:]
        ends = [
            n for n, id in enumerate(written) if id == self._model.config.eos_token_id
        ]
        return written[: ends[0]] if ends else written

    def _target_token(self) -> str:
        assert self._languages
        target = self._languages[1]
        return f"__{target}__" if self._family == "m2m100" else target

    def text(self, token_ids: list[int]) -> str:
        text: str = self._tokenizer.decode(token_ids, skip_special_tokens=True)
        return text


@EVERY_FAMILY
def test_it_writes_what_transformers_writes(
    family: str, translators: dict[str, Path], make_harness: MakeHarness
) -> None:
    library = Library(family, translators[family])
    harness = make_harness(translators[family], precision=Precision.FP32)
    languages: dict[str, Any] = {"target_language": "fr"}
    if family != "marian":
        languages["source_language"] = "en"
    requests = [
        request_make(source, max_tokens=TOKENS, **languages) for source in SOURCES
    ]
    for source, answer in zip(SOURCES, harness.ask(*requests), strict=True):
        expected = library.token_ids(source)
        assert answer.token_ids == expected
        assert _shown(answer.text) == _shown(library.text(expected))


def _shown(text: str) -> str:
    """How many marks a broken character becomes is a matter of taste."""
    return re.sub("\ufffd+", "\ufffd", text).strip()


@EVERY_FAMILY
def test_its_info_says_what_it_is(
    family: str, translators: dict[str, Path], make_harness: MakeHarness
) -> None:
    info = make_harness(translators[family], precision=Precision.FP32).engine.info
    assert info.task is ModelTask.TEXT
    assert info.precision == "fp32"
    assert info.context_length == (512 if family == "t5" else 128)
    assert "fr" in info.languages


def test_a_language_it_lacks_is_refused(
    translators: dict[str, Path], make_harness: MakeHarness
) -> None:
    harness = make_harness(translators["nllb"])
    request = request_make("hello", source_language="en", target_language="tlh")
    (answer,) = harness.ask(request)
    assert answer.last.finish_reason is FinishReason.ERROR
    assert answer.last.error is not None
    assert answer.last.error.code is ErrorCode.UNSUPPORTED
    assert answer.last.error.params == {"setting": "target_language", "value": "tlh"}


def test_padding_is_never_written_even_if_asked_for(
    translators: dict[str, Path], make_harness: MakeHarness
) -> None:
    harness = make_harness(translators["marian"])
    config = json.loads((translators["marian"] / "config.json").read_text())
    padding = config["pad_token_id"]
    (answer,) = harness.ask(
        request_make("hello", target_language="fr", logit_bias=((padding, 100.0),))
    )
    assert answer.token_ids and padding not in answer.token_ids
