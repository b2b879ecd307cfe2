"""A Llama of a given shape with random weights: `make_llama.py SHAPE TARGET`.

Weights are bf16 and need no meaning: every answer has a given length. The tokenizer is
made here as well, so that a machine without a network can do it.
"""

import sys
from pathlib import Path
from typing import Any

import torch
from transformers import LlamaConfig, LlamaForCausalLM

from tests.bench.sides.tokenizer import tokenizer_make, tokenizer_write

BIG: dict[str, Any] = {
    "vocab_size": 128_256,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "max_position_embeddings": 8192,
}
SHAPES: dict[str, dict[str, Any]] = {
    "1b": BIG  # Llama 3.2 1B
    | {
        "hidden_size": 2048,
        "intermediate_size": 8192,
        "num_hidden_layers": 16,
        "head_dim": 64,
        "tie_word_embeddings": True,
    },
    "8b": BIG  # Llama 3.1 8B
    | {
        "hidden_size": 4096,
        "intermediate_size": 14_336,
        "num_hidden_layers": 32,
        "head_dim": 128,
        "tie_word_embeddings": False,
    },
    "tiny": BIG  # to try the bench where there is no GPU
    | {
        "vocab_size": 50_000,
        "hidden_size": 256,
        "intermediate_size": 512,
        "num_hidden_layers": 2,
        "head_dim": 8,
        "tie_word_embeddings": True,
    },
}
SPECIAL_TOKENS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
END_ID = 2
TOKENS = 32_000  # of the tokenizer; ids above have no text
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def main() -> None:
    shape, target = sys.argv[1], Path(sys.argv[2])
    config = LlamaConfig(**SHAPES[shape], bos_token_id=1, eos_token_id=END_ID)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(7)
    torch.set_default_dtype(torch.bfloat16)
    with torch.device(device):
        model = LlamaForCausalLM(config)
    target.mkdir(parents=True)
    model.save_pretrained(target)
    tokenizer_write(
        tokenizer_make(TOKENS, SPECIAL_TOKENS),
        target,
        eos_token=SPECIAL_TOKENS[END_ID],
        chat_template=CHAT_TEMPLATE,
    )


if __name__ == "__main__":
    main()
