"""What an encoder-decoder is given to read, and what it is refused in words."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inference.contract import ChatMessage, ErrorCode, GenerationRequest, Role
from inference.sampling_params import SamplingParams
from inference.text.framing import framing_read
from inference.text.prompt import PromptError
from inference.text.sentencepiece_pair import (
    m2m100_tokenizer_read,
    marian_tokenizer_read,
)
from inference.text.source_reader import SourceReader, SourceTokenizer
from inference.text.tokenizer import TextTokenizer
from tests.inference.engine_harness import request_make
from tests.inference.text.tiny_vocabularies import (
    MARIAN_LANGUAGES,
    m2m100_write,
    marian_write,
    nllb_write,
    t5_write,
)

START = 99
TASKS = {
    "summarization": {"prefix": "summarize: "},
    "translation_en_to_de": {"prefix": "translate English to German: "},
    "translation_en_to_fr": {"prefix": "translate English to French: "},
}


class Model:
    """A reader with the vocabulary below it."""

    def __init__(self, directory: Path, read: Callable[[Path], Any]) -> None:
        self.tokenizer: SourceTokenizer = read(directory)
        self.vocabulary = self.tokenizer.tokens()
        self.reader = SourceReader(
            self.tokenizer,
            framing_read(directory, self.vocabulary),
            decoder_start_id=START,
            source_length=40,
            context_length=20,
        )

    def refusal(self, request: GenerationRequest) -> tuple[ErrorCode, dict[str, Any]]:
        with pytest.raises(PromptError) as caught:
            self.reader.read(request)
        return caught.value.error.code, dict(caught.value.error.params)


def ask(text: str = "the dog", **fields: Any) -> GenerationRequest:
    return replace(request_make(text), **fields)


@pytest.fixture
def t5(tmp_path: Path) -> Model:
    return Model(t5_write(tmp_path / "t5", task_specific_params=TASKS), TextTokenizer)


@pytest.fixture
def marian(tmp_path: Path) -> Model:
    directory = marian_write(tmp_path / "m", source_lang="eng", target_lang="fra")
    return Model(directory, marian_tokenizer_read)


@pytest.fixture
def multilingual(tmp_path: Path) -> Model:
    directory = marian_write(tmp_path / "mm", languages=MARIAN_LANGUAGES)
    return Model(directory, marian_tokenizer_read)


@pytest.fixture
def nllb(tmp_path: Path) -> Model:
    return Model(nllb_write(tmp_path / "nllb"), TextTokenizer)


@pytest.fixture
def m2m100(tmp_path: Path) -> Model:
    return Model(m2m100_write(tmp_path / "m2m"), m2m100_tokenizer_read)


def test_the_last_message_is_the_source(t5: Model) -> None:
    messages = (
        ChatMessage(Role.SYSTEM, "a rule"),
        ChatMessage(Role.USER, "an old question"),
        ChatMessage(Role.ASSISTANT, "an old answer"),
        ChatMessage(Role.USER, "the dog"),
    )
    reading = t5.reader.read(ask(messages=messages))
    assert reading == t5.reader.read(ask("the dog"))
    assert reading.source_ids == (*t5.tokenizer.encode_source("the dog"), 1)
    assert reading.decoder_ids == (START,)


def test_a_typed_beginning_follows_the_start(t5: Model) -> None:
    reading = t5.reader.read(ask(forced_prefix="le chien"))
    typed = tuple(t5.tokenizer.encode_target("le chien"))
    assert reading.decoder_ids == (START, *typed)
    assert reading.forced_tokens == len(typed) > 0


@pytest.mark.parametrize("family", ["t5", "marian", "nllb", "m2m100"])
def test_phrases_are_read_as_the_model_writes_them(
    family: str, request: pytest.FixtureRequest
) -> None:
    model: Model = request.getfixturevalue(family)
    languages = {"source_language": "en", "target_language": "fr"}
    named = languages if family in ("nllb", "m2m100") else {}
    pairs = (("dog", "chien"), ("quick fox", "renard"))
    sampling = SamplingParams(phrases=pairs)
    reading = model.reader.read(ask("the dog", sampling=sampling, **named))
    for (_words, text), phrase in zip(pairs, reading.phrases, strict=True):
        typed = model.tokenizer.encode_target(text)
        ways = zip(typed, phrase.ways[0], strict=True)
        assert all(token in step for token, step in ways)
    dog, fox = reading.phrases
    said = model.tokenizer.encode_source("dog")
    assert [reading.source_ids[place] for place in sorted(dog.places)] == said
    assert not fox.places, "it is not in the source"


def test_a_copy_is_wanted_as_often_as_the_source_has_it(t5: Model) -> None:
    sampling = SamplingParams(phrases=(("dog", "dog"), ("fox", "fox")))
    reading = t5.reader.read(ask("the dog the dog", sampling=sampling))
    dog, fox = reading.phrases
    assert (dog.times, fox.times) == (2, 1)
    assert len(dog.places) == 2 * len(t5.tokenizer.encode_source("dog"))


@pytest.mark.parametrize("text", ["", "  \n\t"])
def test_nothing_to_read_is_refused(t5: Model, text: str) -> None:
    assert t5.refusal(ask(text)) == (ErrorCode.PROMPT_EMPTY, {})


def test_what_the_tokenizer_takes_for_nothing_is_refused(marian: Model) -> None:
    assert marian.refusal(ask("\u200b")) == (ErrorCode.PROMPT_EMPTY, {})


def test_an_answer_is_no_source(t5: Model) -> None:
    messages = (ChatMessage(Role.ASSISTANT, "the dog"),)
    assert t5.refusal(ask(messages=messages))[0] is ErrorCode.PROMPT_EMPTY
    assert t5.refusal(ask(messages=()))[0] is ErrorCode.PROMPT_EMPTY


def test_half_a_surrogate_pair_is_no_error(marian: Model) -> None:
    assert marian.reader.read(ask("the \ud83d dog")).source_ids


def test_a_source_that_fills_the_encoder_is_read(t5: Model) -> None:
    word = len(t5.tokenizer.encode_source("dog"))
    text = " ".join(["dog"] * (39 // word))
    assert len(t5.reader.read(ask(text)).source_ids) == 39 // word * word + 1


def test_a_longer_one_is_refused_with_the_numbers(t5: Model) -> None:
    text = "dog " * 50
    tokens = len(t5.tokenizer.encode_source(text)) + 1
    code, params = t5.refusal(ask(text))
    assert code is ErrorCode.PROMPT_TOO_LONG
    assert params == {"tokens": tokens, "limit": 40}


def test_a_beginning_that_leaves_no_room_is_refused(t5: Model) -> None:
    assert t5.reader.read(ask(prefix_token_ids=(5,) * 18)).decoder_ids == (START,)
    code, params = t5.refusal(ask(prefix_token_ids=(5,) * 19))
    assert (code, params) == (ErrorCode.PROMPT_TOO_LONG, {"tokens": 20, "limit": 19})


def test_t5_is_told_its_task_in_words(t5: Model) -> None:
    told = t5.reader.read(ask("the dog", target_language="fr", source_language="en"))
    assert told == t5.reader.read(ask("translate English to French: the dog"))
    assert t5.reader.languages == ("de", "en", "fr")
    code, params = t5.refusal(ask(target_language="zh"))
    assert code is ErrorCode.UNSUPPORTED
    assert params == {"setting": "target_language", "value": "zh"}


def test_a_model_of_one_pair_takes_no_other(marian: Model) -> None:
    plain = marian.reader.read(ask())
    assert marian.reader.read(ask(source_language="en", target_language="fr")) == plain
    assert marian.reader.languages == ("en", "fr")
    code, params = marian.refusal(ask(target_language="de"))
    assert code is ErrorCode.UNSUPPORTED
    assert params == {"setting": "target_language", "value": "de"}


def test_a_model_that_names_no_language_takes_none(tmp_path: Path) -> None:
    model = Model(marian_write(tmp_path / "unnamed"), marian_tokenizer_read)
    assert model.reader.read(ask()).source_ids
    assert model.refusal(ask(source_language="en"))[0] is ErrorCode.UNSUPPORTED


def test_opus_mt_into_many_languages_is_told_before_the_source(
    multilingual: Model,
) -> None:
    reading = multilingual.reader.read(ask(target_language="zh-Hans"))
    assert reading.source_ids[0] == multilingual.vocabulary[">>cmn_Hans<<"]
    assert reading.decoder_ids == (START,)
    code, params = multilingual.refusal(ask())
    assert code is ErrorCode.UNSUPPORTED
    assert params == {"setting": "target_language", "value": ""}


@pytest.mark.parametrize("names", [("en", "zh-Hant"), ("eng_Latn", "zho_Hant")])
def test_nllb_is_told_both_languages(nllb: Model, names: tuple[str, str]) -> None:
    source, target = names
    request = ask(source_language=source, target_language=target, forced_prefix="你好")
    reading = nllb.reader.read(request)
    assert reading.source_ids[0] == nllb.vocabulary["eng_Latn"]
    assert reading.source_ids[-1] == nllb.vocabulary["</s>"]
    assert reading.decoder_ids[:2] == (START, nllb.vocabulary["zho_Hant"])
    assert reading.forced_tokens == len(reading.decoder_ids) - 2


def test_m2m100_has_its_own_codes(m2m100: Model) -> None:
    reading = m2m100.reader.read(ask(source_language="en", target_language="fr"))
    assert reading.source_ids[0] == m2m100.vocabulary["__en__"]
    assert reading.decoder_ids == (START, m2m100.vocabulary["__fr__"])
    assert "fr" in m2m100.reader.languages


@pytest.mark.parametrize("setting", ["source_language", "target_language"])
@pytest.mark.parametrize("name", ["xx", "Klingon"])
def test_an_unknown_language_is_refused_by_name(
    nllb: Model, setting: str, name: str
) -> None:
    languages = {"source_language": "en", "target_language": "fr", setting: name}
    code, params = nllb.refusal(ask(**languages))
    assert code is ErrorCode.UNSUPPORTED
    assert params == {"setting": setting, "value": name}


def test_a_language_must_be_named_unless_the_model_has_its_own(nllb: Model) -> None:
    named = nllb.reader.read(ask(source_language="en", target_language="fr"))
    assert nllb.reader.read(ask(target_language="fr")) == named  # src_lang is set
    assert nllb.refusal(ask(source_language="en"))[0] is ErrorCode.UNSUPPORTED
