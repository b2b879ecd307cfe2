"""What Marian and M2M100 share: BART's towers and the names of their tensors."""

from inference.models.blueprint import Norm, Stack
from inference.models.families.activations import activation_named
from inference.models.families.config_file import ConfigFile
from inference.models.families.tensor_names import TensorNames

_NORM_EPS = 1e-5  # torch's LayerNorm, which these families never set


def bart_stack(
    config: ConfigFile, tower: str, *, norm_first: bool, scales: bool, activation: str
) -> Stack | None:
    """`tower` is encoder or decoder; `scales`, `activation`: where nothing is said."""
    chosen = activation_named(config.text("activation_function", activation))
    if chosen is None:
        return None
    width = config.whole("d_model")
    heads = config.divisor(f"{tower}_attention_heads", width)
    scales = config.flag("scale_embedding", default=scales)
    is_decoder = tower == "decoder"
    return Stack(
        num_layers=config.whole(f"{tower}_layers"),
        width=width,
        num_heads=heads,
        num_kv_heads=heads,
        head_width=width // heads,
        ffn_width=config.whole(f"{tower}_ffn_dim"),
        norm=Norm.LAYER,
        norm_eps=_NORM_EPS,
        norm_first=norm_first,
        activation=chosen,
        is_gated=False,
        attention_scale=(width // heads) ** -0.5,
        is_causal=is_decoder,
        has_cross=is_decoder,
        embedding_scale=width**0.5 if scales else 1.0,
    )


class BartNames:
    """Names the tensors of towers. The file may be of the model without its head."""

    def __init__(self, names: TensorNames) -> None:
        self._names = names
        first = "encoder.layers.0.fc1.weight"
        self._prefix = "" if first in names else "model."

    def add_shared_embeddings(self, vocabulary: int, width: int) -> None:
        """Both towers' and the head's are one matrix."""
        shared, encoder, decoder = (
            f"{self._prefix}{name}.weight"
            for name in ("shared", "encoder.embed_tokens", "decoder.embed_tokens")
        )
        head, tied = "lm_head.weight", self._names.tied
        for name, stored in (
            ("encoder.embedding", tied(encoder, shared, decoder, head)),
            ("decoder.embedding", tied(decoder, shared, encoder, head)),
            ("head.weight", tied(head, shared, decoder, encoder)),
        ):
            self._names.add(name, stored, vocabulary, width)

    def add_own_embeddings(
        self, source_vocabulary: int, vocabulary: int, width: int
    ) -> None:
        """Two languages, two vocabularies; the head is the decoder's."""
        encoder, decoder = (
            f"{self._prefix}{tower}.embed_tokens.weight"
            for tower in ("encoder", "decoder")
        )
        head = self._names.tied("lm_head.weight", decoder)
        self._names.add("encoder.embedding", encoder, source_vocabulary, width)
        self._names.add("decoder.embedding", decoder, vocabulary, width)
        self._names.add("head.weight", head, vocabulary, width)

    def add_last_norm(self, tower: str, width: int) -> None:
        stored = f"{self._prefix}{tower}.layer_norm"
        self._names.add_norm(f"{tower}.norm", stored, width, has_bias=True)

    def add_layers(self, tower: str, stack: Stack) -> None:
        for number in range(stack.num_layers):
            stored, ours = f"{self._prefix}{tower}.layers.{number}", f"{tower}.{number}"
            self._add_attention(f"{ours}.self", f"{stored}.self_attn", stack.width)
            if stack.has_cross:
                self._add_attention(
                    f"{ours}.cross", f"{stored}.encoder_attn", stack.width
                )
            self._add_ffn(f"{ours}.ffn", stored, stack)

    def _add_attention(self, ours: str, stored: str, width: int) -> None:
        norm = f"{stored}_layer_norm"
        self._names.add_norm(f"{ours}.norm", norm, width, has_bias=True)
        for name, theirs in (
            ("query", "q_proj"),
            ("key", "k_proj"),
            ("value", "v_proj"),
            ("output", "out_proj"),
        ):
            self._names.add_linear(
                f"{ours}.{name}", f"{stored}.{theirs}", width, width, has_bias=True
            )

    def _add_ffn(self, ours: str, stored: str, stack: Stack) -> None:
        width, inner, add = stack.width, stack.ffn_width, self._names.add_linear
        norm = f"{stored}.final_layer_norm"
        self._names.add_norm(f"{ours}.norm", norm, width, has_bias=True)
        add(f"{ours}.up", f"{stored}.fc1", inner, width, has_bias=True)
        add(f"{ours}.down", f"{stored}.fc2", width, inner, has_bias=True)
