"""The model's own tokenizer, read from tokenizer.json and nothing else."""

import json
from functools import cached_property
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from inference.errors import ModelUnavailableError
from inference.text.token_bytes import TokenBytes

_NAMED_TOKENS = ("bos_token", "eos_token", "unk_token", "pad_token")


class TextTokenizer:
    """Encodes text, and knows which ids are special. Safe to share among threads."""

    def __init__(self, directory: Path) -> None:
        """Raises ModelUnavailableError naming the file and the reason."""
        self._file = directory / "tokenizer.json"
        self._tokenizer = self._read()
        settings = _json(directory / "tokenizer_config.json")
        settings = {**_json(directory / "special_tokens_map.json"), **settings}
        self.named_tokens = _named_tokens(settings)
        added = self._tokenizer.get_added_tokens_decoder()
        self.special_tokens = {
            token.content: number for number, token in added.items() if token.special
        }
        self.end_ids = self._end_ids(directory)
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
        return ids

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

    def _end_ids(self, directory: Path) -> frozenset[int]:
        """Every token that ends the model's turn."""
        found: set[int] = set()
        for name in ("generation_config.json", "config.json"):
            value = _json(directory / name).get("eos_token_id")
            values = value if isinstance(value, list) else [value]
            found.update(number for number in values if isinstance(number, int))
        end = self._tokenizer.token_to_id(self.named_tokens.get("eos_token", ""))
        if end is not None:
            found.add(end)
        if not found:
            raise ModelUnavailableError(
                f"{directory / 'generation_config.json'}: does not say which token"
                " ends an answer (eos_token_id)"
            )
        return frozenset(found)


def _named_tokens(settings: dict[str, Any]) -> dict[str, str]:
    """`bos_token` and its like, which are text or objects with text."""
    tokens = {}
    for name in _NAMED_TOKENS:
        value = settings.get(name)
        if isinstance(value, dict):
            value = value.get("content")
        if isinstance(value, str):
            tokens[name] = value
    return tokens


def _json(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelUnavailableError(f"{path}: cannot be read: {error}") from error
    return values if isinstance(values, dict) else {}
