"""Tokenizers that come as sentencepiece models beside a vocabulary: Marian, M2M100.

What the pieces are called stands in the sentencepiece models, which number they have
in vocab.json.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sentencepiece import SentencePieceProcessor
from tokenizers import decoders

from inference.errors import ModelUnavailableError
from inference.text.token_bytes import TokenBytes
from inference.text.tokenizer import TextTokenizer
from inference.text.tokenizer_settings import (
    banned_ids_read,
    end_ids_read,
    json_object,
    named_tokens,
    settings_read,
)

_DEFAULTS = {"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
# In the order in which fairseq numbered them.
_M2M100_LANGUAGES = {
    "m2m100": """
        af am ar ast az ba be bg bn br bs ca ceb cs cy da de el en es et fa ff fi fr fy
        ga gd gl gu ha he hi hr ht hu hy id ig ilo is it ja jv ka kk km kn ko lb lg ln
        lo lt lv mg mk ml mn mr ms my ne nl no ns oc or pa pl ps pt ro ru sd si sk sl so
        sq sr ss su sv sw ta th tl tn tr uk ur uz vi wo xh yi yo zh zu
    """,
    "wmt21": "en ha is ja cs ru zh de",
}
Vocabulary = Mapping[str, int]


class SentencePiecePair:
    """One sentencepiece model for what is read, one for what is written; both may be
    the same. Safe to share among threads.

    The same small interface as `TextTokenizer` has.
    """

    def __init__(
        self,
        directory: Path,
        *,
        source: Path,
        target: Path,
        vocabulary: Vocabulary,
        target_vocabulary: Vocabulary,
        languages: Vocabulary,
    ) -> None:
        """Raises ModelUnavailableError naming the file and the reason."""
        self._source = _Side(source, vocabulary)
        self._target = _Side(target, target_vocabulary)
        names = {**_DEFAULTS, **named_tokens(settings_read(directory))}
        self._source.set_unknown(names["unk_token"])
        self._target.set_unknown(names["unk_token"])
        self._vocabulary = {**vocabulary, **languages}
        self.end_id = vocabulary.get(names["eos_token"])
        self.end_ids = end_ids_read(directory, self.end_id)
        self.banned_ids = banned_ids_read(directory)
        special = {target_vocabulary.get(name) for name in names.values()}
        skip = {*special, *languages.values()} - {None}
        self.token_bytes = TokenBytes(
            _Pieces({number: piece for piece, number in target_vocabulary.items()}),
            skip=frozenset(number for number in skip if number is not None),
        )

    def encode_source(self, text: str) -> list[int]:
        """As the encoder reads it, without an end or a language."""
        return self._source.encode(text)

    def encode_target(self, text: str) -> list[int]:
        """As the decoder writes it, without an end or a language."""
        return self._target.encode(text)

    def tokens(self) -> dict[str, int]:
        """The vocabulary of the source, languages included."""
        return self._vocabulary


class _Side:
    """A sentencepiece model with the numbers of its pieces."""

    def __init__(self, model: Path, vocabulary: Vocabulary) -> None:
        self._model = SentencePieceProcessor()
        try:
            self._model.Load(str(model))
        except (OSError, RuntimeError) as error:
            raise ModelUnavailableError(
                f"{model}: is not a sentencepiece model"
            ) from error
        self._vocabulary = vocabulary
        self._file = model
        self._unknown = 0

    def set_unknown(self, name: str) -> None:
        if name not in self._vocabulary:
            raise ModelUnavailableError(
                f"{self._file.parent / 'vocab.json'}: has no {name} for unknown words"
            )
        self._unknown = self._vocabulary[name]

    def encode(self, text: str) -> list[int]:
        pieces: list[str] = self._model.EncodeAsPieces(text)
        return [self._vocabulary.get(piece, self._unknown) for piece in pieces]


class _Pieces:
    """What TokenBytes asks of a tokenizer."""

    def __init__(self, pieces: Mapping[int, str]) -> None:
        self._pieces = pieces
        self.decoder: Any = decoders.Sequence(
            [decoders.ByteFallback(), decoders.Metaspace()]
        )

    def id_to_token(self, id: int) -> str | None:
        return self._pieces.get(id)


def source_tokenizer_read(directory: Path) -> SentencePiecePair | TextTokenizer:
    """By the files that are there. Raises ModelUnavailableError naming one of them."""
    if (directory / "source.spm").exists():
        return marian_tokenizer_read(directory)
    if (directory / "tokenizer.json").exists():
        return TextTokenizer(directory)
    return m2m100_tokenizer_read(directory)


def marian_tokenizer_read(directory: Path) -> SentencePiecePair:
    """source.spm, target.spm and vocab.json; a target_vocab.json if it has its own."""
    vocabulary = _vocabulary(directory / "vocab.json")
    target_vocabulary = vocabulary
    if settings_read(directory).get("separate_vocabs") is True:
        target_vocabulary = _vocabulary(directory / "target_vocab.json")
    return SentencePiecePair(
        directory,
        source=directory / "source.spm",
        target=directory / "target.spm",
        vocabulary=vocabulary,
        target_vocabulary=target_vocabulary,
        languages={
            piece: number
            for piece, number in vocabulary.items()
            if piece.startswith(">>") and piece.endswith("<<")
        },
    )


def m2m100_tokenizer_read(directory: Path) -> SentencePiecePair:
    """sentencepiece.bpe.model and vocab.json.

    The languages are numbered after the vocabulary, in an order of their own.
    """
    vocabulary = _vocabulary(directory / "vocab.json")
    model = directory / "sentencepiece.bpe.model"
    codes = settings_read(directory).get("language_codes", "m2m100")
    if codes not in _M2M100_LANGUAGES:
        raise ModelUnavailableError(
            f"{directory / 'tokenizer_config.json'}: names an unknown list of"
            f" languages: {codes}"
        )
    names = [f"__{code}__" for code in _M2M100_LANGUAGES[codes].split()]
    return SentencePiecePair(
        directory,
        source=model,
        target=model,
        vocabulary=vocabulary,
        target_vocabulary=vocabulary,
        languages={
            name: number for number, name in enumerate(names, start=len(vocabulary))
        },
    )


def _vocabulary(path: Path) -> dict[str, int]:
    values = json_object(path)
    if not values or not all(isinstance(number, int) for number in values.values()):
        raise ModelUnavailableError(f"{path}: does not number the tokens")
    return values
