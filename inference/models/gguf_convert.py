"""One GGUF file of the Llama family, turned into a transformers directory.

Needs numpy, gguf, safetensors and tokenizers; neither torch nor transformers.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from gguf import GGUFReader, dequantize
from numpy.typing import NDArray
from safetensors.numpy import save_file

from inference.errors import ModelUnavailableError
from inference.models.file_hashes import Progress, no_progress
from inference.models.gguf_grid import grid_parts
from inference.models.gguf_tokenizer import tokenizer_write
from inference.models.manifest import GRID_NAME

CONVERTED_FILES = (
    "config.json",
    "generation_config.json",
    GRID_NAME,
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
)
Number = TypeVar("Number", bound=np.generic)
_TOP_NAMES = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
_BLOCK_NAMES = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


class GgufFields:
    """The key-value part of a GGUF file."""

    def __init__(self, reader: GGUFReader) -> None:
        self._reader = reader

    def __getitem__(self, key: str) -> Any:
        field = self._reader.fields.get(key)
        if field is None:
            raise ModelUnavailableError(f"the GGUF file has no field {key}")
        return field.contents()

    def get(self, key: str, default: Any = None) -> Any:
        field = self._reader.fields.get(key)
        return default if field is None else field.contents()


def gguf_convert(
    source: Path, destination: Path, progress: Progress = no_progress
) -> None:
    """Write CONVERTED_FILES into the existing `destination`.

    The weights in fp32, for exact answers, training and every library; beside them the
    grid on which the file keeps them, for fast answers.

    Raises ModelUnavailableError if the file is not a GGUF of the Llama family.
    """
    try:
        reader = GGUFReader(source)
    except (ValueError, OSError) as error:
        raise ModelUnavailableError(f"{source}: is not a GGUF file: {error}") from error
    fields = GgufFields(reader)
    if fields["general.architecture"] != "llama":
        raise ModelUnavailableError(
            f"{source}: is of the family {fields['general.architecture']!r};"
            " only 'llama' is converted"
        )
    weights = dict(_weights(reader, fields, progress))
    _write_json(destination / "config.json", _config(fields, weights))
    _write_json(destination / "generation_config.json", _generation_config(fields))
    tokenizer_write(fields, destination)
    save_file(weights, destination / "model.safetensors", {"format": "pt"})
    save_file(dict(_grids(reader, fields)), destination / GRID_NAME)
    progress(1.0)


def _weights(
    reader: GGUFReader, fields: GgufFields, progress: Progress
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    count = len(reader.tensors)
    for number, tensor in enumerate(reader.tensors, start=1):
        values = dequantize(tensor.data, tensor.tensor_type)
        # GGUF lists dimensions from the innermost to the outermost.
        shape = tuple(int(size) for size in reversed(tensor.shape.tolist()))
        array = np.asarray(values, dtype=np.float32).reshape(shape)
        yield _hf_name(tensor.name), _unpermuted(tensor.name, array, fields)
        progress(0.9 * number / count)  # the rest is writing


def _grids(
    reader: GGUFReader, fields: GgufFields
) -> Iterator[tuple[str, NDArray[np.generic]]]:
    """`X.weight.codes`, `.scale` and `.zero` of each matrix that has a grid."""
    for tensor in reader.tensors:
        for part, array in grid_parts(tensor).items():
            name = f"{_hf_name(tensor.name)}.{part}"
            yield name, _unpermuted(tensor.name, array, fields)


def _hf_name(name: str) -> str:
    """
    >>> _hf_name("blk.3.attn_q.weight")
    'model.layers.3.self_attn.q_proj.weight'
    """
    if name in _TOP_NAMES:
        return _TOP_NAMES[name]
    try:
        _, layer, part, kind = name.split(".")
        return f"model.layers.{layer}.{_BLOCK_NAMES[part]}.{kind}"
    except (ValueError, KeyError) as error:
        raise ModelUnavailableError(
            f"the GGUF file has an unknown tensor: {name}"
        ) from error


def _unpermuted(
    name: str, array: NDArray[Number], fields: GgufFields
) -> NDArray[Number]:
    """Undo the row order that GGUF gives the query and key projections.

    GGUF interleaves the two halves that a rotary embedding turns against each other,
    head by head; transformers keeps the halves one after the other.
    """
    if ".attn_q." in name:
        heads = int(fields["llama.attention.head_count"])
    elif ".attn_k." in name:
        heads = int(fields["llama.attention.head_count_kv"])
    else:
        return array
    pairs = array.reshape(heads, array.shape[0] // heads // 2, 2, *array.shape[1:])
    return np.ascontiguousarray(pairs.swapaxes(1, 2).reshape(array.shape))


def _config(fields: GgufFields, weights: dict[str, Any]) -> dict[str, Any]:
    heads = int(fields["llama.attention.head_count"])
    hidden = int(fields["llama.embedding_length"])
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "dtype": "float32",
        "hidden_act": "silu",
        "hidden_size": hidden,
        "head_dim": int(fields.get("llama.rope.dimension_count", hidden // heads)),
        "intermediate_size": int(fields["llama.feed_forward_length"]),
        "num_hidden_layers": int(fields["llama.block_count"]),
        "num_attention_heads": heads,
        "num_key_value_heads": int(fields.get("llama.attention.head_count_kv", heads)),
        "max_position_embeddings": int(fields["llama.context_length"]),
        "rms_norm_eps": _short_float(fields["llama.attention.layer_norm_rms_epsilon"]),
        "rope_theta": float(fields.get("llama.rope.freq_base", 10_000.0)),
        "attention_bias": False,
        "mlp_bias": False,
        "tie_word_embeddings": "lm_head.weight" not in weights,
        "vocab_size": len(fields["tokenizer.ggml.tokens"]),
        **_token_ids(fields),
    }


def _generation_config(fields: GgufFields) -> dict[str, Any]:
    return {"_from_model_config": True, **_token_ids(fields)}


def _token_ids(fields: GgufFields) -> dict[str, Any]:
    return {
        "bos_token_id": int(fields["tokenizer.ggml.bos_token_id"]),
        "eos_token_id": int(fields["tokenizer.ggml.eos_token_id"]),
        "pad_token_id": int(
            fields.get(
                "tokenizer.ggml.padding_token_id",
                fields["tokenizer.ggml.eos_token_id"],
            )
        ),
    }


def _short_float(value: float) -> float:
    """The shortest decimal that is the same fp32: GGUF stores 1e-05 in 32 bits.

    >>> _short_float(9.999999747378752e-06)
    1e-05
    """
    return float(str(np.float32(value)))


def _write_json(path: Path, values: dict[str, Any]) -> None:
    path.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
