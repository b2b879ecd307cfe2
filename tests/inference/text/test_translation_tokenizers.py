"""Sources and answers of translation models, as transformers reads and writes them."""

import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from transformers import M2M100Tokenizer, MarianTokenizer, NllbTokenizer, T5Tokenizer

from inference.text.detokenizer import Detokenizer
from inference.text.framing import framing_read
from inference.text.sentencepiece_pair import (
    m2m100_tokenizer_read,
    marian_tokenizer_read,
)
from inference.text.source_reader import SourceReader, SourceTokenizer
from inference.text.tokenizer import TextTokenizer
from tests.inference.engine_harness import request_make
from tests.inference.text.tiny_vocabularies import (
    CORPUS,
    MARIAN_LANGUAGES,
    m2m100_write,
    marian_write,
    nllb_write,
    separate_marian_write,
    t5_write,
)

SPOKEN = {"m2m100": ("en", "fr"), "nllb": ("eng_Latn", "fra_Latn")}


@dataclass(frozen=True)
class Both:
    """Our reader of one directory, and the library's tokenizer of the same."""

    name: str
    ours: SourceTokenizer
    reader: SourceReader
    theirs: Any

    def source_ids(self, text: str) -> list[int]:
        source, target = SPOKEN.get(self.name, ("", ""))
        if self.name == "multilingual marian":
            target = "fra"
        request = replace(
            request_make(text), source_language=source, target_language=target
        )
        return list(self.reader.read(request).source_ids)

    def their_source_ids(self, text: str) -> list[int]:
        start = ">>fra<<" if self.name == "multilingual marian" else ""
        ids: list[int] = self.theirs(start + text).input_ids
        return ids

    def stream(self, ids: list[int]) -> str:
        detokenizer = Detokenizer(self.ours.token_bytes)
        return "".join([*map(detokenizer.push, ids), detokenizer.flush()])


def both(name: str, directory: Path, ours: Any, theirs: Any, **languages: str) -> Both:
    tokenizer: SourceTokenizer = ours(directory)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it recommends another package
        library = theirs.from_pretrained(directory, **languages)
    reader = SourceReader(
        tokenizer,
        framing_read(directory, tokenizer.tokens()),
        decoder_start_id=0,
        source_length=1_000,
        context_length=1_000,
    )
    return Both(name, tokenizer, reader, library)


@pytest.fixture(scope="session")
def all_of_them(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Both]:
    home = tmp_path_factory.mktemp("vocabularies")
    many = marian_write(home / "many", languages=MARIAN_LANGUAGES)
    read, theirs = marian_tokenizer_read, MarianTokenizer
    pairs = [
        both("marian", marian_write(home / "marian"), read, theirs),
        both("two marians", separate_marian_write(home / "two"), read, theirs),
        both("multilingual marian", many, read, theirs),
        both("t5", t5_write(home / "t5"), TextTokenizer, T5Tokenizer),
        both(
            "m2m100",
            m2m100_write(home / "m2m100"),
            m2m100_tokenizer_read,
            M2M100Tokenizer,
            src_lang="en",
        ),
        both(
            "nllb",
            nllb_write(home / "nllb"),
            TextTokenizer,
            NllbTokenizer,
            src_lang="eng_Latn",
        ),
    ]
    return {pair.name: pair for pair in pairs}


KINDS = ("marian", "two marians", "multilingual marian", "t5", "m2m100", "nllb")
EVERY_KIND = pytest.mark.parametrize("kind", KINDS)
no_fixture_check = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
Pairs = dict[str, Both]
texts = st.one_of(
    st.sampled_from(CORPUS),
    st.text(
        alphabet="你好，世界。天 Thé quickbro wnfxj \n\t👩‍👧🇫🇷é",
        min_size=1,
        max_size=40,
    ),
).filter(lambda text: bool(text.strip()))


@EVERY_KIND
@pytest.mark.parametrize("text", CORPUS)
def test_the_source_is_read_as_the_library_reads_it(
    kind: str, text: str, all_of_them: Pairs
) -> None:
    pair = all_of_them[kind]
    assert pair.source_ids(text) == pair.their_source_ids(text)


@EVERY_KIND
@given(text=texts)
@no_fixture_check
def test_so_is_any_text(kind: str, text: str, all_of_them: Pairs) -> None:
    pair = all_of_them[kind]
    assert pair.source_ids(text) == pair.their_source_ids(text)


@EVERY_KIND
@given(data=st.data())
@no_fixture_check
def test_an_answer_streams_as_the_library_decodes_it(
    kind: str, data: st.DataObject, all_of_them: Pairs
) -> None:
    pair = all_of_them[kind]
    text = data.draw(texts)
    ids = pair.ours.encode_target(text)
    decoded = pair.theirs.decode(ids, skip_special_tokens=True)
    assert pair.stream(ids).strip() == decoded.strip()


@pytest.mark.parametrize("name", ["</s>", "<pad>", "<s>", "<extra_id_0>", "fra_Latn"])
@EVERY_KIND
def test_no_text_becomes_a_token_of_control(
    kind: str, name: str, all_of_them: Pairs
) -> None:
    pair = all_of_them[kind]
    plain = pair.source_ids("the dog")
    ids = pair.source_ids(f"the {name} dog{name}")
    control = set(pair.theirs.all_special_ids) - {pair.theirs.unk_token_id}
    assert [n for n in ids if n in control] == [n for n in plain if n in control]


def test_what_a_model_must_never_write_is_known(all_of_them: Pairs) -> None:
    marian = all_of_them["marian"]
    assert marian.ours.banned_ids == {marian.theirs.pad_token_id}
    assert all_of_them["t5"].ours.banned_ids == frozenset()
