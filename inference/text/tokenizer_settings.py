"""What a model directory's small JSON files say about its tokens."""

import json
from pathlib import Path
from typing import Any

from inference.errors import ModelUnavailableError
from inference.sampling_params import SamplingParams, SettingError

_NAMED_TOKENS = ("bos_token", "eos_token", "unk_token", "pad_token")
_GENERATION_FILES = ("generation_config.json", "config.json")


def settings_read(directory: Path) -> dict[str, Any]:
    """Of the tokenizer. Raises ModelUnavailableError naming the file."""
    return {
        **json_object(directory / "special_tokens_map.json"),
        **json_object(directory / "tokenizer_config.json"),
    }


def json_object(path: Path) -> dict[str, Any]:
    """Empty if there is no such file."""
    if not path.exists():
        return {}
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelUnavailableError(f"{path}: cannot be read: {error}") from error
    return values if isinstance(values, dict) else {}


def named_tokens(settings: dict[str, Any]) -> dict[str, str]:
    """`bos_token` and its like, which are text or objects with text."""
    tokens = {}
    for name in _NAMED_TOKENS:
        value = token_text(settings.get(name))
        if value is not None:
            tokens[name] = value
    return tokens


def token_text(value: object) -> str | None:
    if isinstance(value, dict):
        value = value.get("content")
    return value if isinstance(value, str) else None


def end_ids_read(directory: Path, end_id: int | None) -> frozenset[int]:
    """Every token that ends the model's turn, the tokenizer's own `end_id` included.

    Raises ModelUnavailableError if there is none.
    """
    found = set() if end_id is None else {end_id}
    for name in _GENERATION_FILES:
        value = json_object(directory / name).get("eos_token_id")
        values = value if isinstance(value, list) else [value]
        found.update(number for number in values if isinstance(number, int))
    if not found:
        raise ModelUnavailableError(
            f"{directory / 'generation_config.json'}: does not say which token"
            " ends an answer (eos_token_id)"
        )
    return frozenset(found)


def repetition_penalty_read(directory: Path) -> float:
    """The model's own wish; 1.0 where it has none, or one that cannot be."""
    value = json_object(directory / "generation_config.json").get("repetition_penalty")
    try:
        return SamplingParams(repetition_penalty=value or 1.0).repetition_penalty
    except SettingError:
        return 1.0


def banned_ids_read(directory: Path) -> frozenset[int]:
    """Tokens that the model must never write: Marian's padding, for one."""
    found: set[int] = set()
    for name in _GENERATION_FILES:
        values = json_object(directory / name)
        for word in values.get("bad_words_ids") or []:
            if isinstance(word, list) and len(word) == 1:
                found.update(word)
        found.update(values.get("suppress_tokens") or [])
    return frozenset(found)
