"""Which bytes one token stands for, in the two ways that chat models are written."""

import json
import re
from typing import Any, Protocol

from inference.errors import ModelUnavailableError

_WORD_MARK = "▁"  # how sentencepiece writes a space
_BYTE_PIECE = re.compile(r"<0x([0-9A-Fa-f]{2})>")


class Vocabulary(Protocol):
    """What a tokenizer knows of its tokens; `tokenizers.Tokenizer` is one."""

    @property
    def decoder(self) -> Any:
        """One of `tokenizers.decoders`."""

    def id_to_token(self, id: int) -> str | None: ...


class TokenBytes:
    """`token_bytes[token_id]`, remembered. Special tokens stand for nothing.

    Byte-level BPE (GPT-2, Llama 3, Qwen, SmolLM) writes each byte as one character;
    sentencepiece (Llama 2, Mistral, Gemma, T5) writes words with a mark for the space,
    and some bytes as <0x0A>. Any other decoder is refused.
    """

    def __init__(self, tokenizer: Vocabulary, *, skip: frozenset[int]) -> None:
        self._tokenizer = tokenizer
        self._skip = skip
        self._known: dict[int, bytes] = {}
        steps = _decoder_steps(tokenizer)
        kinds = {step["type"] for step in steps}
        self._is_byte_level = "ByteLevel" in kinds
        self._has_byte_pieces = "ByteFallback" in kinds
        if not self._is_byte_level and not kinds & {"Metaspace", "ByteFallback"}:
            raise ModelUnavailableError(
                "tokenizer.json: its decoder is neither byte-level nor sentencepiece,"
                f" but {', '.join(sorted(kinds)) or 'missing'}"
            )
        self.drops_first_space = any(map(_drops_first_space, steps))

    def __getitem__(self, token_id: int) -> bytes:
        found = self._known.get(token_id)
        if found is None:
            found = self._known[token_id] = self._bytes(token_id)
        return found

    def _bytes(self, token_id: int) -> bytes:
        token = self._tokenizer.id_to_token(token_id)
        if token is None or token_id in self._skip:
            return b""  # a model's table may be longer than its tokenizer's
        if self._is_byte_level:
            return _byte_level(token)
        if self._has_byte_pieces and (match := _BYTE_PIECE.fullmatch(token)):
            return bytes([int(match[1], 16)])
        return token.replace(_WORD_MARK, " ").encode()


def _decoder_steps(tokenizer: Vocabulary) -> list[dict[str, Any]]:
    if tokenizer.decoder is None:
        return []
    decoder = json.loads(tokenizer.decoder.__getstate__())
    steps: list[dict[str, Any]] = decoder.get("decoders", [decoder])
    return steps


def _drops_first_space(step: dict[str, Any]) -> bool:
    if step["type"] == "Metaspace":
        return bool(step.get("prepend_scheme") != "never")
    return bool(step["type"] == "Strip" and step["content"] == " " and step["start"])


def _byte_alphabet() -> dict[str, int]:
    """GPT-2's printable character for each byte: itself, or one from U+0100 on."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {
        **{chr(byte): byte for byte in printable},
        **{chr(0x100 + number): byte for number, byte in enumerate(others)},
    }


_BYTE_OF = _byte_alphabet()


def _byte_level(token: str) -> bytes:
    """
    >>> _byte_level("ĠParis")
    b' Paris'
    """
    try:
        return bytes(_BYTE_OF[character] for character in token)
    except KeyError:  # an added token, written as plain text
        return token.encode()
