"""Whole directories of small random encoder-decoders, with trained vocabularies."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from transformers import (
    M2M100Config,
    M2M100ForConditionalGeneration,
    MarianConfig,
    MarianMTModel,
    PreTrainedModel,
    T5Config,
    T5ForConditionalGeneration,
)

from inference.text.sentencepiece_pair import source_tokenizer_read
from tests.inference.text.tiny_vocabularies import (
    MARIAN_LANGUAGES,
    json_write,
    m2m100_write,
    marian_write,
    nllb_write,
    t5_write,
)

_TASKS = {"translation_en_to_fr": {"prefix": "translate English to French: "}}
_T5: dict[str, Any] = {
    "d_model": 64,
    "d_kv": 16,
    "d_ff": 96,
    "num_layers": 2,
    "num_heads": 4,
    "decoder_start_token_id": 0,
    "task_specific_params": _TASKS,
}
_BART: dict[str, Any] = {
    "d_model": 64,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_attention_heads": 4,
    "decoder_attention_heads": 4,
    "encoder_ffn_dim": 96,
    "decoder_ffn_dim": 96,
    "max_position_embeddings": 128,
}
_SPREAD = 0.3  # far apart logits: greedy never hangs on a bit


def t5_translator(directory: Path) -> Path:
    """Told its task in words: English to French."""
    t5_write(directory)
    size = _vocabulary_size(directory)
    config = T5Config(vocab_size=size, **_T5)
    return _save(T5ForConditionalGeneration(config), directory)


def marian_translator(directory: Path) -> Path:
    """Into French, Chinese or German, and never its padding."""
    marian_write(directory, languages=MARIAN_LANGUAGES)
    size = _vocabulary_size(directory)
    config = MarianConfig(
        vocab_size=size,
        **_BART,
        pad_token_id=size - 1,
        eos_token_id=0,
        decoder_start_token_id=size - 1,
        forced_eos_token_id=None,
    )
    _save(MarianMTModel(config), directory)
    json_write(
        directory / "generation_config.json",
        {
            "bad_words_ids": [[size - 1]],
            "decoder_start_token_id": size - 1,
            "eos_token_id": 0,
            "pad_token_id": size - 1,
        },
    )
    return directory


def m2m100_translator(directory: Path) -> Path:
    return _m2m100(m2m100_write(directory))


def nllb_translator(directory: Path) -> Path:
    return _m2m100(nllb_write(directory))


TRANSLATORS: dict[str, Callable[[Path], Path]] = {
    "t5": t5_translator,
    "marian": marian_translator,
    "m2m100": m2m100_translator,
    "nllb": nllb_translator,
}


def _m2m100(directory: Path) -> Path:
    config = M2M100Config(
        vocab_size=_vocabulary_size(directory), **_BART, decoder_start_token_id=2
    )
    return _save(M2M100ForConditionalGeneration(config), directory)


def _vocabulary_size(directory: Path) -> int:
    return max(source_tokenizer_read(directory).tokens().values()) + 1


def _save(model: PreTrainedModel, directory: Path) -> Path:
    generator = torch.Generator().manual_seed(7)
    weights: Any = model.parameters()
    with torch.no_grad():
        for weight in weights:
            weight.normal_(0, _SPREAD, generator=generator)
    model.save_pretrained(directory)
    return directory
