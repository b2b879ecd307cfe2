"""A transformer, described so that one program runs every family.

Llama's relatives, T5, Marian and M2M100 are the same towers of attention and
feed-forward blocks; they differ in the choices that a `Stack` lists. A family
(`inference.models.families`) reads a checkpoint's config.json and names its tensors in
one way; the torch and the native program both read the result.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Norm(StrEnum):
    RMS = "rms"  # Zhang & Sennrich 2019
    LAYER = "layer"  # Ba et al. 2016


class Activation(StrEnum):
    SILU = "silu"
    RELU = "relu"
    GELU = "gelu"  # with the error function
    GELU_TANH = "gelu_tanh"  # its approximation


@dataclass(frozen=True, slots=True)
class RelativeBias:
    """T5's bias by distance (Raffel et al. 2020), in its logarithmic buckets."""

    num_buckets: int
    max_distance: int
    is_bidirectional: bool


@dataclass(frozen=True, slots=True)
class Stack:
    """One tower: a decoder, or an encoder (not causal, and without `has_cross`)."""

    num_layers: int
    width: int
    num_heads: int
    num_kv_heads: int
    head_width: int
    ffn_width: int
    norm: Norm
    norm_eps: float
    norm_first: bool  # norm before each block (else after the residual sum)
    activation: Activation
    is_gated: bool  # down(activation(gate(x)) * up(x))
    attention_scale: float  # of query times key
    is_causal: bool
    has_cross: bool = False
    embedding_scale: float = 1.0
    rope_frequencies: Floats | None = None  # [head_width / 2], halves turned (NeoX)
    rope_scale: float = 1.0  # of cosine and sine (YaRN's attention factor)
    window: int | None = None  # a token sees so many, itself included (Mistral)
    relative_bias: RelativeBias | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """Weights [outputs, inputs] as their file quantised them: codes * scale + zero.

    codes: uint8 [outputs, inputs]; of 4 bits two a byte, [outputs, inputs / 2], the
    even input in the low half. scale, zero: fp16 [outputs, inputs / 32], one for each
    group of 32 inputs.
    """

    bits: int
    codes: NDArray[np.uint8]
    scale: NDArray[np.float16]
    zero: NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Blueprint:
    """Stacks, and tensors by these names; matrices are [outputs, inputs], fp32.

    {s} is `encoder` or `decoder`, {n} a layer's number, [...] where the family has it:

    {s}.embedding               [vocabulary, width]
    [{s}.positions]             [positions, width]: added to the embedding
    [{s}.relative_bias]         [buckets, heads]
    {s}.{n}.self.norm.weight    [width]   [.bias]
    {s}.{n}.self.query.weight   also key, value, output   [.bias]
    [{s}.{n}.self.query_norm.weight]  [head_width]: RMS of each head; also key_norm
    decoder.{n}.cross.*         norm, query, key, value, output, likewise
    {s}.{n}.ffn.norm.weight     [.bias]
    {s}.{n}.ffn.up.weight       also down, and gate where gated   [.bias]
    [{s}.norm.weight]           after the last layer   [.bias]
    head.weight                 [vocabulary, width]   [head.bias]

    Tied tensors are the same array under both names. `grids` holds matrices that the
    model's own file keeps quantised, under the same names as in `tensors`.
    """

    family: str
    decoder: Stack
    encoder: Stack | None
    vocabulary_size: int
    context_length: int  # positions that the decoder can number
    source_length: int  # the same of the encoder; 0 without one
    tensors: Mapping[str, Floats]
    logits_scale: float = 1.0
    decoder_start_id: int | None = None
    grids: Mapping[str, Grid] = field(default_factory=dict)

    @property
    def source_vocabulary_size(self) -> int:
        """The encoder's own, which may differ; 0 without one."""
        return len(self.tensors["encoder.embedding"]) if self.encoder else 0
