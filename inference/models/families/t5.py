"""T5, in its first form and as version 1.1, and mT5."""

from inference.models.blueprint import Activation, Blueprint, Norm, RelativeBias, Stack
from inference.models.families.activations import activation_named
from inference.models.families.config_file import ConfigFile
from inference.models.families.tensor_names import TensorNames
from inference.models.tensors import TensorFiles

MODEL_TYPES = frozenset({"t5", "mt5"})
_TRAINED_LENGTH = 512  # tokens; relative positions have no end, but all T5 saw so many
_EMBEDDINGS = (
    "shared.weight",
    "decoder.embed_tokens.weight",
    "encoder.embed_tokens.weight",
)


def t5_read(config: ConfigFile, files: TensorFiles) -> Blueprint | None:
    """None if the configuration asks for something that no blueprint can say."""
    layers = config.whole("num_layers", 6)
    encoder = _stack(config, layers, is_causal=False)
    decoder = _stack(config, config.whole("num_decoder_layers", layers), is_causal=True)
    if encoder is None or decoder is None:
        return None
    vocabulary = config.whole("vocab_size")
    names = TensorNames(files)
    _name_embeddings(names, vocabulary, decoder.width)
    _name_tower(names, "encoder", encoder)
    _name_tower(names, "decoder", decoder)
    length = config.whole("n_positions", _TRAINED_LENGTH)
    return Blueprint(
        family="t5",
        decoder=decoder,
        encoder=encoder,
        vocabulary_size=vocabulary,
        context_length=length,
        source_length=length,
        tensors=names.tensors(),
        grids=names.grids(),
        logits_scale=decoder.width**-0.5 if _scales_logits(config) else 1.0,
        decoder_start_id=config.natural(
            "decoder_start_token_id", config.natural("pad_token_id", 0)
        ),
    )


def _scales_logits(config: ConfigFile) -> bool:
    """The first T5 does, whose configurations tie the head to the embedding."""
    if config.text("model_type") == "mt5":
        return False
    is_tied = config.flag("tie_word_embeddings", default=True)
    return config.flag("scale_decoder_outputs", default=is_tied)


def _stack(config: ConfigFile, layers: int, *, is_causal: bool) -> Stack | None:
    activation, is_gated = _activation(config)
    if activation is None:
        return None
    heads = config.whole("num_heads")
    return Stack(
        num_layers=layers,
        width=config.whole("d_model"),
        num_heads=heads,
        num_kv_heads=heads,
        head_width=config.whole("d_kv"),
        ffn_width=config.whole("d_ff"),
        norm=Norm.RMS,
        norm_eps=config.number("layer_norm_epsilon", 1e-6),
        norm_first=True,
        activation=activation,
        is_gated=is_gated,
        attention_scale=1.0,
        is_causal=is_causal,
        has_cross=is_causal,
        relative_bias=RelativeBias(
            num_buckets=config.whole("relative_attention_num_buckets", 32),
            max_distance=config.whole("relative_attention_max_distance", 128),
            is_bidirectional=not is_causal,
        ),
    )


def _activation(config: ConfigFile) -> tuple[Activation | None, bool]:
    """And whether it is gated: `relu`, `gated-gelu`, `gated-silu`."""
    usual = "gated-gelu" if config.text("model_type") == "mt5" else "relu"
    projection = config.text("feed_forward_proj", usual)
    if projection == "gated-gelu":
        return Activation.GELU_TANH, True  # always meant this one
    name = projection.removeprefix("gated-")
    return activation_named(name), name != projection


def _name_embeddings(names: TensorNames, vocabulary: int, width: int) -> None:
    shared, decoder, encoder = _EMBEDDINGS
    for name, stored in (
        ("encoder.embedding", names.tied(encoder, shared, decoder, "lm_head.weight")),
        ("decoder.embedding", names.tied(decoder, shared, encoder, "lm_head.weight")),
        ("head.weight", names.tied("lm_head.weight", shared, decoder, encoder)),
    ):
        names.add(name, stored, vocabulary, width)


def _name_tower(names: TensorNames, tower: str, stack: Stack) -> None:
    bias = stack.relative_bias
    assert bias is not None
    names.add(
        f"{tower}.relative_bias",
        f"{tower}.block.0.layer.0.SelfAttention.relative_attention_bias.weight",
        bias.num_buckets,
        stack.num_heads,
    )
    names.add_norm(
        f"{tower}.norm", f"{tower}.final_layer_norm", stack.width, has_bias=False
    )
    for number in range(stack.num_layers):
        stored, ours = f"{tower}.block.{number}.layer", f"{tower}.{number}"
        _name_attention(names, stack, f"{ours}.self", (f"{stored}.0", "SelfAttention"))
        if stack.has_cross:
            cross = (f"{stored}.1", "EncDecAttention")
            _name_attention(names, stack, f"{ours}.cross", cross)
        _name_ffn(
            names, stack, f"{ours}.ffn", f"{stored}.{2 if stack.has_cross else 1}"
        )


def _name_attention(
    names: TensorNames, stack: Stack, ours: str, stored: tuple[str, str]
) -> None:
    layer, kind = stored
    width, inner = stack.width, stack.num_heads * stack.head_width
    names.add_norm(f"{ours}.norm", f"{layer}.layer_norm", width, has_bias=False)
    for name, theirs, outputs, inputs in (
        ("query", "q", inner, width),
        ("key", "k", inner, width),
        ("value", "v", inner, width),
        ("output", "o", width, inner),
    ):
        names.add_linear(
            f"{ours}.{name}",
            f"{layer}.{kind}.{theirs}",
            outputs,
            inputs,
            has_bias=False,
        )


def _name_ffn(names: TensorNames, stack: Stack, ours: str, layer: str) -> None:
    width, inner = stack.width, stack.ffn_width
    names.add_norm(f"{ours}.norm", f"{layer}.layer_norm", width, has_bias=False)
    up = [("gate", "wi_0"), ("up", "wi_1")] if stack.is_gated else [("up", "wi")]
    for name, theirs in up:
        names.add_linear(
            f"{ours}.{name}",
            f"{layer}.DenseReluDense.{theirs}",
            inner,
            width,
            has_bias=False,
        )
    names.add_linear(
        f"{ours}.down", f"{layer}.DenseReluDense.wo", width, inner, has_bias=False
    )
