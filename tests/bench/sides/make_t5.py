"""A model of T5-small's shape with random weights: `make_t5.py DIRECTORY`.

Writes DIRECTORY/hf as transformers has it, and DIRECTORY/ctranslate2 (int8) where
CTranslate2 is installed. Weights need no meaning: every answer has a given length.
"""

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any

import torch
from tokenizers import processors
from transformers import T5Config, T5ForConditionalGeneration

from tests.bench.models import T5_END_ID
from tests.bench.sides.tokenizer import tokenizer_make, tokenizer_write

SPECIAL_TOKENS = ["<pad>", "</s>", "<unk>"]
VOCABULARY = 32_128


def model_make() -> T5ForConditionalGeneration:
    shape: dict[str, Any] = {
        "vocab_size": VOCABULARY,
        "d_model": 512,
        "d_kv": 64,
        "d_ff": 2048,
        "num_layers": 6,
        "num_heads": 8,
        "n_positions": 512,
        "decoder_start_token_id": 0,
        "pad_token_id": 0,
        "eos_token_id": T5_END_ID,
    }
    torch.manual_seed(7)
    return T5ForConditionalGeneration(T5Config(**shape))


def model_write(directory: Path) -> None:
    directory.mkdir(parents=True)
    model_make().save_pretrained(directory)
    tokenizer = tokenizer_make(VOCABULARY, SPECIAL_TOKENS)
    # T5's own ends each source with </s> too.
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", T5_END_ID)]
    )
    tokenizer_write(
        tokenizer,
        directory,
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        model_max_length=512,
        source_lang="en",
        target_lang="fr",
    )


def main() -> None:
    directory = Path(sys.argv[1])
    model_write(directory / "hf")
    if importlib.util.find_spec("ctranslate2") is not None:
        converters = importlib.import_module("ctranslate2.converters")
        converters.TransformersConverter(str(directory / "hf")).convert(
            str(directory / "ctranslate2"), quantization="int8"
        )


if __name__ == "__main__":
    main()
