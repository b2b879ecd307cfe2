"""Streamed text, joined, is the text decoded as a whole."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer, decoders, normalizers
from tokenizers.models import BPE

from inference.errors import ModelUnavailableError
from inference.text.detokenizer import Detokenizer
from inference.text.token_bytes import TokenBytes
from inference.text.tokenizer import TextTokenizer
from tests.inference.tiny_model import tokenizer_make

BYTE_LEVEL = tokenizer_make()


def sentencepiece_make() -> Tokenizer:
    """As Llama 2 and Mistral have it: marks for spaces, bytes for the rest."""
    pieces = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    pieces += [*"▁abcdefghijklmnopqrstuvwxyz,.!", "▁t", "▁th", "▁the", "你", "好"]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    merges = [("▁", "t"), ("▁t", "h"), ("▁th", "e")]
    model = BPE(vocab=vocabulary, merges=merges, byte_fallback=True, unk_token="<unk>")
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
    )
    tokenizer.decoder = decoders.Sequence(
        [
            decoders.Replace("▁", " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(" ", 1, 0),
        ]
    )
    tokenizer.add_special_tokens(
        [AddedToken(name, special=True) for name in ("<unk>", "<s>", "</s>")]
    )
    return tokenizer


SENTENCEPIECE = sentencepiece_make()
TOKENIZERS = {"byte-level": BYTE_LEVEL, "sentencepiece": SENTENCEPIECE}
EVERY_TOKENIZER = pytest.mark.parametrize("name", TOKENIZERS)

texts = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="你好世界天气很，。", max_size=30),
    st.text(alphabet="👩👧\u200d🇫🇷🏽❤\ufe0f ", max_size=20),
    st.text(alphabet="ae\u0301\u0308 \n\tन\u093f", max_size=30),
    st.text(alphabet=" the,", max_size=30),
)


def stream(tokenizer: Tokenizer, ids: list[int]) -> list[str]:
    special = {
        number
        for number, token in tokenizer.get_added_tokens_decoder().items()
        if token.special
    }
    table = TokenBytes(tokenizer, skip=frozenset(special))
    detokenizer = Detokenizer(table)
    return [*map(detokenizer.push, ids), detokenizer.flush()]


@EVERY_TOKENIZER
@given(text=texts)
def test_encoded_text_comes_back_whole(name: str, text: str) -> None:
    tokenizer = TOKENIZERS[name]
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    assert "".join(stream(tokenizer, ids)) == tokenizer.decode(ids)
    assert tokenizer.decode(ids) == text


@EVERY_TOKENIZER
@given(text=texts)
def test_no_piece_has_half_a_character(name: str, text: str) -> None:
    tokenizer = TOKENIZERS[name]
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    if "\ufffd" not in text:
        assert "\ufffd" not in "".join(stream(tokenizer, ids))


@given(ids=st.lists(st.integers(0, BYTE_LEVEL.get_vocab_size() + 5), max_size=80))
@settings(max_examples=500)
def test_any_ids_stream_as_they_decode_byte_level(ids: list[int]) -> None:
    assert "".join(stream(BYTE_LEVEL, ids)) == BYTE_LEVEL.decode(ids)


@given(
    ids=st.lists(
        st.one_of(
            st.integers(0, 2),
            # Bytes that are characters by themselves: of a run with one bad byte the
            # library replaces the good ones too, which nobody can know in advance.
            st.integers(3, 3 + 127),
            st.integers(3 + 256, SENTENCEPIECE.get_vocab_size() - 1),
        ),
        max_size=80,
    )
)
def test_any_ids_stream_as_they_decode_sentencepiece(ids: list[int]) -> None:
    assert "".join(stream(SENTENCEPIECE, ids)) == SENTENCEPIECE.decode(ids)


def test_a_character_appears_with_its_last_byte() -> None:
    ids = SENTENCEPIECE.encode("界").ids
    assert stream(SENTENCEPIECE, ids) == ["", "", "", "界", ""]


def test_only_the_first_space_of_an_answer_is_dropped() -> None:
    ids = SENTENCEPIECE.encode("the the").ids
    assert stream(SENTENCEPIECE, ids) == ["the", " the", ""]


def test_a_continuation_keeps_its_space() -> None:
    detokenizer = Detokenizer(TokenBytes(SENTENCEPIECE, skip=frozenset()))
    first, second = SENTENCEPIECE.encode("the the").ids
    detokenizer.push(first)
    assert detokenizer.push(second) == " the"


def test_a_decoder_of_another_kind_is_refused_in_words() -> None:
    tokenizer = tokenizer_make()
    tokenizer.decoder = decoders.WordPiece()
    with pytest.raises(ModelUnavailableError, match="WordPiece"):
        TokenBytes(tokenizer, skip=frozenset())


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_smollm2_streams_as_it_decodes(data: st.DataObject) -> None:
    tokenizer = smollm2_tokenizer()
    ids = data.draw(
        st.one_of(
            st.lists(st.integers(0, 49_151), max_size=60), texts.map(tokenizer.encode)
        )
    )
    detokenizer = Detokenizer(tokenizer.token_bytes)
    pieces = [*map(detokenizer.push, ids), detokenizer.flush()]
    assert "".join(pieces) == tokenizer.decode(ids)


_LOADED: list[TextTokenizer] = []


def smollm2_tokenizer() -> TextTokenizer:
    return _LOADED[0]


@pytest.fixture(scope="module", autouse=True)
def load_smollm2(smollm2_directory: Path) -> None:
    """Hypothesis and fixtures do not mix within one test."""
    _LOADED.append(TextTokenizer(smollm2_directory))
