"""The model's own tokenizer, read from tokenizer.json and nothing else."""

from functools import cached_property
from pathlib import Path

from tokenizers import Tokenizer

from inference.errors import ModelUnavailableError
from inference.text.token_bytes import TokenBytes
from inference.text.tokenizer_settings import (
    banned_ids_read,
    end_ids_read,
    named_tokens,
    settings_read,
)


class TextTokenizer:
    """Encodes text, and knows which ids are special. Safe to share among threads."""

    def __init__(self, directory: Path) -> None:
        """Raises ModelUnavailableError naming the file and the reason."""
        self._file = directory / "tokenizer.json"
        self._tokenizer = self._read()
        self.named_tokens = named_tokens(settings_read(directory))
        added = self._tokenizer.get_added_tokens_decoder()
        self.special_tokens = {
            token.content: number for number, token in added.items() if token.special
        }
        # What ends a text; None if the tokenizer does not say.
        self.end_id = self._tokenizer.token_to_id(
            self.named_tokens.get("eos_token", "")
        )
        self.end_ids = end_ids_read(directory, self.end_id)
        self.banned_ids = banned_ids_read(directory)
        self.token_bytes = TokenBytes(
            self._tokenizer, skip=frozenset(self.special_tokens.values())
        )

    def encode(self, text: str) -> list[int]:
        """Token ids; the names of special tokens become special tokens."""
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def encode_literally(self, text: str) -> list[int]:
        """Token ids; a special token's name is only its characters."""
        ids: list[int] = self._literal.encode(text, add_special_tokens=False).ids
        if self._control_ids.isdisjoint(ids):
            return ids
        # A unigram vocabulary finds even "</s>" among its words: spell it.
        return [part for number in ids for part in self._spelled(number)]

    def _spelled(self, token_id: int) -> list[int]:
        if token_id not in self._control_ids:
            return [token_id]
        name = self._tokenizer.id_to_token(token_id) or ""
        letters = map(self._tokenizer.token_to_id, name)
        return [letter for letter in letters if letter is not None]

    @cached_property
    def _control_ids(self) -> frozenset[int]:
        unknown = self.named_tokens.get("unk_token", "")
        return frozenset(self.special_tokens.values()) - {
            self._tokenizer.token_to_id(unknown)
        }

    def encode_source(self, text: str) -> list[int]:
        """As an encoder-decoder reads it, without an end."""
        return self.encode_literally(text)

    def encode_target(self, text: str) -> list[int]:
        """As an encoder-decoder writes it, without an end."""
        return self.encode_literally(text)

    def tokens(self) -> dict[str, int]:
        """The whole vocabulary."""
        return self._tokenizer.get_vocab(with_added_tokens=True)

    def decode(self, token_ids: list[int]) -> str:
        """All at once, without special tokens."""
        return self._tokenizer.decode(token_ids, skip_special_tokens=True)

    @cached_property
    def _literal(self) -> Tokenizer:
        # A second one, because the switch would be seen by every thread.
        tokenizer = self._read()
        tokenizer.encode_special_tokens = True
        return tokenizer

    def _read(self) -> Tokenizer:
        try:
            tokenizer = Tokenizer.from_file(str(self._file))
        except Exception as error:  # the library raises bare Exception
            raise ModelUnavailableError(
                f"{self._file}: cannot be read: {error}"
            ) from error
        tokenizer.no_truncation()  # some files carry a training length
        tokenizer.no_padding()
        return tokenizer
