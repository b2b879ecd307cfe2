"""A tiny random model of each architecture.

All weights are drawn anew, norms and biases too: what is one or zero in a fresh model
would hide a forgotten tensor.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from transformers import (
    Gemma2Config,
    Gemma2ForCausalLM,
    GPT2Config,
    GPT2LMHeadModel,
    GPTNeoXConfig,
    GPTNeoXForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    M2M100Config,
    M2M100ForConditionalGeneration,
    MarianConfig,
    MarianMTModel,
    MistralConfig,
    MistralForCausalLM,
    MT5Config,
    MT5ForConditionalGeneration,
    PreTrainedModel,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
    T5Config,
    T5ForConditionalGeneration,
)

VOCABULARY = 203  # odd, and prime
WINDOW = 11  # tokens that the sliding families see
_SPREAD = 0.2
_EMBEDDING_SPREAD = 0.5
_DECODER: dict[str, Any] = {
    "vocab_size": VOCABULARY,
    "hidden_size": 64,
    "intermediate_size": 112,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "tie_word_embeddings": False,
}
_T5: dict[str, Any] = {
    "vocab_size": VOCABULARY,
    "d_model": 64,
    "d_kv": 24,
    "d_ff": 112,
    "num_layers": 3,
    "num_decoder_layers": 2,
    "num_heads": 4,
    "relative_attention_num_buckets": 16,
    "relative_attention_max_distance": 40,
    "decoder_start_token_id": 0,
}
_BART: dict[str, Any] = {
    "vocab_size": VOCABULARY,
    "d_model": 64,
    "encoder_layers": 3,
    "decoder_layers": 2,
    "encoder_attention_heads": 4,
    "decoder_attention_heads": 4,
    "encoder_ffn_dim": 96,
    "decoder_ffn_dim": 112,
    "max_position_embeddings": 256,
}
_LLAMA3_ROPE: dict[str, Any] = {
    "rope_type": "llama3",
    "rope_theta": 500.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 32,
}
_YARN_ROPE: dict[str, Any] = {
    "rope_type": "yarn",
    "rope_theta": 1000.0,
    "factor": 4.0,
    "original_max_position_embeddings": 128,
}


def _llama(**values: Any) -> Any:
    return LlamaForCausalLM(LlamaConfig(**{**_DECODER, **values}))


def _mistral() -> Any:
    return MistralForCausalLM(MistralConfig(**_DECODER, sliding_window=WINDOW))


def _qwen2(**values: Any) -> Any:
    return Qwen2ForCausalLM(Qwen2Config(**_DECODER, **values))


def _qwen3() -> Any:
    config = Qwen3Config(**{**_DECODER, "tie_word_embeddings": True}, head_dim=24)
    return Qwen3ForCausalLM(config)


def _t5(**values: Any) -> Any:
    return T5ForConditionalGeneration(T5Config(**_T5, **values))


def _t5_v1_1() -> Any:
    model = _t5(feed_forward_proj="gated-gelu", tie_word_embeddings=False)
    model.lm_head.weight = torch.nn.Parameter(torch.empty(VOCABULARY, 64))
    return model


def _marian(**values: Any) -> Any:
    config = MarianConfig(
        **_BART,
        pad_token_id=VOCABULARY - 1,
        decoder_start_token_id=VOCABULARY - 1,
        eos_token_id=0,
        **values,
    )
    return MarianMTModel(config)


def _m2m100(**values: Any) -> Any:
    return M2M100ForConditionalGeneration(M2M100Config(**{**_BART, **values}))


DECODERS: dict[str, Callable[[], Any]] = {
    "llama": _llama,
    "llama with biases": lambda: _llama(attention_bias=True, mlp_bias=True),
    "llama tied": lambda: _llama(tie_word_embeddings=True, head_dim=32),
    "llama3 rope": lambda: _llama(rope_parameters=_LLAMA3_ROPE),
    "yarn rope": lambda: _llama(rope_parameters=_YARN_ROPE),
    "linear rope": lambda: _llama(
        rope_parameters={"rope_type": "linear", "rope_theta": 1000.0, "factor": 4.0}
    ),
    "mistral": _mistral,
    "qwen2": _qwen2,
    "qwen2 sliding": lambda: _qwen2(
        use_sliding_window=True, sliding_window=WINDOW, max_window_layers=0
    ),
    "qwen3": _qwen3,
}
ENCODER_DECODERS: dict[str, Callable[[], Any]] = {
    "t5": _t5,
    "t5 v1.1": _t5_v1_1,
    "mt5": lambda: MT5ForConditionalGeneration(MT5Config(**_T5)),
    "marian": lambda: _marian(activation_function="swish", scale_embedding=True),
    "marian, own embeddings": lambda: _marian(
        share_encoder_decoder_embeddings=False, decoder_vocab_size=VOCABULARY + 4
    ),
    "m2m100": _m2m100,
    "nllb": lambda: _m2m100(
        activation_function="gelu", scale_embedding=False, decoder_layers=3
    ),
}
GENERIC: dict[str, Callable[[], Any]] = {
    "gpt2": lambda: GPT2LMHeadModel(
        GPT2Config(
            vocab_size=VOCABULARY, n_embd=64, n_layer=2, n_head=4, n_positions=256
        )
    ),
    "gpt_neox": lambda: GPTNeoXForCausalLM(
        GPTNeoXConfig(
            vocab_size=VOCABULARY,
            hidden_size=64,
            intermediate_size=96,
            num_hidden_layers=2,
            num_attention_heads=4,
            max_position_embeddings=256,
        )
    ),
    "gemma2": lambda: Gemma2ForCausalLM(
        Gemma2Config(**_DECODER, head_dim=16, sliding_window=WINDOW)
    ),
}
FAMILIES = DECODERS | ENCODER_DECODERS


def family_make(name: str, *, seed: int = 11) -> PreTrainedModel:
    """The same weights at every call; nothing ends its text early."""
    torch.manual_seed(seed)
    model: Any = (FAMILIES | GENERIC)[name]().eval()
    with torch.no_grad():
        for parameter_name, parameter in model.named_parameters():
            _draw(parameter_name, parameter)
        if hasattr(model, "final_logits_bias"):
            model.final_logits_bias.normal_(0, 1)
        if model.config.model_type == "m2m_100":
            # As in the real ones: padding is never written, for it has no position.
            model.model.shared.weight[model.config.pad_token_id] = 0
    settings = model.generation_config
    settings.eos_token_id = settings.forced_eos_token_id = None
    made: PreTrainedModel = model
    return made


def _draw(name: str, parameter: torch.Tensor) -> None:
    if "embed_positions" in name:
        return  # computed, not learned
    if parameter.dim() == 1:
        is_norm = "norm" in name or "ln_" in name
        parameter.normal_(1 if is_norm and "bias" not in name else 0, 0.2)
    elif "shared" in name or "embed" in name:
        parameter.normal_(0, _EMBEDDING_SPREAD)
    else:
        parameter.normal_(0, _SPREAD)


def family_write(name: str, directory: Path, *, seed: int = 11) -> PreTrainedModel:
    """Write config.json and model.safetensors; the model itself."""
    model = family_make(name, seed=seed)
    model.save_pretrained(directory)
    return model
