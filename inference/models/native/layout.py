"""The structures of program/tandem.h, for ctypes; see there what each field means."""

from ctypes import POINTER, Structure, c_float, c_int32, c_int64, c_void_p
from typing import ClassVar

_Fields = list[tuple[str, type]]


def _ints(*names: str) -> _Fields:
    return [(name, c_int32) for name in names]


def _pointers(*names: str) -> _Fields:
    return [(name, c_void_p) for name in names]


class NormLayout(Structure):
    _fields_: ClassVar[_Fields] = _pointers("weight", "bias")


class LinearLayout(Structure):
    _fields_: ClassVar[_Fields] = [
        *_ints("outputs", "inputs", "bits", "has_offsets", "num_exact", "unused"),
        *_pointers("codes", "scale", "zero", "bias"),
        *_pointers("exact_inputs", "exact_weights", "peaks"),
    ]


class AttentionLayout(Structure):
    _fields_: ClassVar[_Fields] = [
        ("norm", NormLayout),
        ("query_norm", NormLayout),
        ("key_norm", NormLayout),
        ("input", LinearLayout),
        ("key_value", LinearLayout),
        ("output", LinearLayout),
    ]


class LayerLayout(Structure):
    _fields_: ClassVar[_Fields] = [
        ("self_", AttentionLayout),
        ("cross", AttentionLayout),
        ("ffn_norm", NormLayout),
        ("up", LinearLayout),
        ("down", LinearLayout),
    ]


class StackLayout(Structure):
    _fields_: ClassVar[_Fields] = [
        *_ints("num_layers", "width", "num_heads", "num_kv_heads", "head_width"),
        *_ints("ffn_width", "is_layer_norm", "norm_first", "activation", "is_gated"),
        *_ints("has_cross", "has_byte_cache"),
        ("norm_eps", c_float),
        ("attention_scale", c_float),
        ("embedding_scale", c_float),
        ("rope_scale", c_float),
        *_pointers("embedding", "positions", "rope_frequencies", "bias_by_distance"),
        *_ints("bias_stride", "bias_origin"),
        ("layers", POINTER(LayerLayout)),
        ("final_norm", NormLayout),
    ]


class CacheLayout(Structure):
    _fields_: ClassVar[_Fields] = [
        ("base", c_void_p),
        ("slot_bytes", c_int64),
        ("page_bytes", c_int64),
        ("layer_bytes", c_int64),
    ]


class BatchLayout(Structure):
    _fields_: ClassVar[_Fields] = [
        *_ints("num_tokens", "num_outputs", "num_aligned", "align_stride"),
        *_pointers("token", "slot", "position", "first", "last"),
        *_pointers("source_slot", "source_length", "align_row", "output_rows"),
        *_pointers("logits", "alignments"),
    ]


# In the order of struct_bytes in program/pack.c.
LAYOUTS: tuple[type[Structure], ...] = (
    NormLayout,
    LinearLayout,
    AttentionLayout,
    LayerLayout,
    StackLayout,
    CacheLayout,
    BatchLayout,
)
