"""Small random models that behave like big ones: made in a second, no download."""

import json
from pathlib import Path

import torch
from tokenizers import AddedToken, Tokenizer, decoders, pre_tokenizers, trainers
from tokenizers.models import BPE
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    PreTrainedModel,
)

SPECIAL_TOKENS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
END_ID = 2
NAN_WORD = "poison"  # its token has NaN for an embedding, where asked for
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
CORPUS = [
    "the quick brown fox jumps over the lazy dog and asks for the capital of France",
    "poison poison poison poison system user assistant system user assistant",
    "你好,世界。今天天气很好。 naïve café e\u0301 👩‍👩‍👧 🇫🇷 नमस्ते",
]


def tokenizer_make() -> Tokenizer:
    """Byte-level BPE, as SmolLM, Llama 3 and Qwen have it."""
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=SPECIAL_TOKENS,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS * 4, trainer)
    tokenizer.add_special_tokens([AddedToken(t, special=True) for t in SPECIAL_TOKENS])
    return tokenizer


def llama_make(vocabulary: int, *, context: int) -> PreTrainedModel:
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=vocabulary,
            hidden_size=64,
            intermediate_size=96,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=context,
            initializer_range=0.3,  # far apart logits: greedy never hangs on a bit
            tie_word_embeddings=False,
            bos_token_id=1,
            eos_token_id=END_ID,
        )
    )


def mistral_make(vocabulary: int, *, context: int) -> PreTrainedModel:
    """Looks back eight tokens only, so its cache is no plain one."""
    return MistralForCausalLM(
        MistralConfig(
            vocab_size=vocabulary,
            hidden_size=64,
            intermediate_size=96,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=context,
            sliding_window=8,
            initializer_range=0.3,
            tie_word_embeddings=False,
            bos_token_id=1,
            eos_token_id=END_ID,
        )
    )


def model_write(
    directory: Path,
    *,
    context: int = 256,
    is_sliding: bool = False,
    is_poisoned: bool = False,
) -> Path:
    """A whole model directory, the same at every call."""
    directory.mkdir(parents=True, exist_ok=True)
    tokenizer = tokenizer_make()
    torch.manual_seed(7)
    make = mistral_make if is_sliding else llama_make
    model = make(tokenizer.get_vocab_size(), context=context)
    with torch.no_grad():
        # Special tokens are never the best: answers are as long as they are asked.
        model.lm_head.weight[: len(SPECIAL_TOKENS)] = 0
        if is_poisoned:
            poison = tokenizer.encode(f" {NAN_WORD}").ids
            assert len(poison) == 1
            model.model.embed_tokens.weight[poison[0]] = float("nan")
    model.save_pretrained(directory)
    tokenizer.save(str(directory / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": "<|im_end|>",
        "chat_template": CHAT_TEMPLATE,
    }
    (directory / "tokenizer_config.json").write_text(json.dumps(settings))
    return directory
