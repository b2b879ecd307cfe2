"""Llama, and its near relatives Mistral, Qwen2 and Qwen3."""

from dataclasses import dataclass

from inference.models.blueprint import Blueprint, Norm, Stack
from inference.models.families.activations import activation_named
from inference.models.families.config_file import ConfigFile
from inference.models.families.rope import rope_read
from inference.models.families.tensor_names import TensorNames
from inference.models.tensors import TensorFiles

MODEL_TYPES = frozenset({"llama", "mistral", "qwen2", "qwen3"})
_MISTRAL_WINDOW = 4096  # where config.json says nothing, as transformers has it


@dataclass(frozen=True, slots=True)
class _Choices:
    """In what the relatives differ."""

    query_bias: bool  # of query, key and value
    output_bias: bool
    ffn_bias: bool
    has_head_norms: bool


def llama_read(config: ConfigFile, files: TensorFiles) -> Blueprint | None:
    """None if the configuration asks for something that no blueprint can say."""
    stack = _stack(config)
    if stack is None:
        return None
    vocabulary = config.whole("vocab_size")
    names = TensorNames(files)
    _name_tensors(names, config, stack, vocabulary)
    return Blueprint(
        family="llama",
        decoder=stack,
        encoder=None,
        vocabulary_size=vocabulary,
        context_length=config.whole("max_position_embeddings", 2048),
        source_length=0,
        tensors=names.tensors(),
        grids=names.grids(),
    )


def _stack(config: ConfigFile) -> Stack | None:
    width, heads = config.whole("hidden_size"), config.whole("num_attention_heads")
    head_width = _head_width(config, width, heads)
    layers = config.whole("num_hidden_layers")
    activation = activation_named(config.text("hidden_act", "silu"))
    rope = rope_read(config, head_width)
    windows = _windows(config, layers)
    if activation is None or rope is None or len(windows) != 1 or head_width % 2:
        return None
    return Stack(
        num_layers=layers,
        width=width,
        num_heads=heads,
        num_kv_heads=config.divisor("num_key_value_heads", heads, heads),
        head_width=head_width,
        ffn_width=config.whole("intermediate_size"),
        norm=Norm.RMS,
        norm_eps=config.number("rms_norm_eps", 1e-6),
        norm_first=True,
        activation=activation,
        is_gated=True,
        attention_scale=head_width**-0.5,
        is_causal=True,
        rope_frequencies=rope.frequencies,
        rope_scale=rope.scale,
        window=windows.pop(),
    )


def _head_width(config: ConfigFile, width: int, heads: int) -> int:
    if config.has("head_dim"):
        return config.whole("head_dim")
    if config.text("model_type") == "qwen3":
        return 128
    return width // config.divisor("num_attention_heads", width)


def _windows(config: ConfigFile, layers: int) -> set[int | None]:
    """How far the layers look back: None is everywhere; one element if all agree."""
    family = config.text("model_type")
    if family == "llama":
        return {None}
    if family == "mistral":
        if "sliding_window" in config and not config.has("sliding_window"):
            return {None}
        return {config.whole("sliding_window", _MISTRAL_WINDOW)}
    if not config.flag("use_sliding_window", default=False):
        return {None}
    window = config.whole("sliding_window", 4096)
    kinds = config.texts("layer_types")
    if kinds is not None:
        return {window if kind == "sliding_attention" else None for kind in kinds}
    first = config.natural("max_window_layers", 28)
    return {window if layer >= first else None for layer in range(layers)}


def _choices(config: ConfigFile) -> _Choices:
    family = config.text("model_type")
    bias = config.flag("attention_bias", default=False) and family != "mistral"
    return _Choices(
        query_bias=bias or family == "qwen2",
        output_bias=bias and family != "qwen2",
        ffn_bias=config.flag("mlp_bias", default=False) and family == "llama",
        has_head_norms=family == "qwen3",
    )


def _name_tensors(
    names: TensorNames, config: ConfigFile, stack: Stack, vocabulary: int
) -> None:
    # A file may have been written from the model without its head.
    prefix = "" if "embed_tokens.weight" in names else "model."
    embedding = f"{prefix}embed_tokens.weight"
    is_tied = config.flag("tie_word_embeddings", default=False)
    head = names.tied("lm_head.weight", embedding) if is_tied else "lm_head.weight"
    names.add("decoder.embedding", embedding, vocabulary, stack.width)
    names.add("head.weight", head, vocabulary, stack.width)
    names.add_norm("decoder.norm", f"{prefix}norm", stack.width, has_bias=False)
    choices = _choices(config)
    for number in range(stack.num_layers):
        stored, ours = f"{prefix}layers.{number}", f"decoder.{number}"
        _name_attention(names, stack, choices, (stored, ours))
        _name_ffn(names, stack, choices, (stored, ours))


def _name_attention(
    names: TensorNames, stack: Stack, choices: _Choices, layer: tuple[str, str]
) -> None:
    stored, ours = layer
    width, query_bias = stack.width, choices.query_bias
    outside = stack.num_heads * stack.head_width
    inside = stack.num_kv_heads * stack.head_width
    names.add_norm(
        f"{ours}.self.norm", f"{stored}.input_layernorm", width, has_bias=False
    )
    for name, theirs, outputs, inputs, has_bias in (
        ("query", "q_proj", outside, width, query_bias),
        ("key", "k_proj", inside, width, query_bias),
        ("value", "v_proj", inside, width, query_bias),
        ("output", "o_proj", width, outside, choices.output_bias),
    ):
        names.add_linear(
            f"{ours}.self.{name}",
            f"{stored}.self_attn.{theirs}",
            outputs,
            inputs,
            has_bias=has_bias,
        )
    if choices.has_head_norms:
        for name, theirs in (("query_norm", "q_norm"), ("key_norm", "k_norm")):
            names.add_norm(
                f"{ours}.self.{name}",
                f"{stored}.self_attn.{theirs}",
                stack.head_width,
                has_bias=False,
            )


def _name_ffn(
    names: TensorNames, stack: Stack, choices: _Choices, layer: tuple[str, str]
) -> None:
    stored, ours = layer
    width, inner = stack.width, stack.ffn_width
    names.add_norm(
        f"{ours}.ffn.norm", f"{stored}.post_attention_layernorm", width, has_bias=False
    )
    for name, outputs, inputs in (
        ("gate", inner, width),
        ("up", inner, width),
        ("down", width, inner),
    ):
        names.add_linear(
            f"{ours}.ffn.{name}",
            f"{stored}.mlp.{name}_proj",
            outputs,
            inputs,
            has_bias=choices.ffn_bias,
        )
