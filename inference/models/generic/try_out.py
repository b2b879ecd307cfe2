"""The first passes of a model: does it answer, and can its rows share a pass?"""

import torch
from transformers import DynamicCache

from inference.errors import ModelUnavailableError
from inference.models.generic.causal_lm import CausalLM, layer_shapes
from inference.models.generic.shared_rows import SharedRows

# How far logits may differ, as a part of the largest one: rounding stays far below, a
# wrong mask or position far above.
_TOLERANCE = {torch.float32: 0.001}
_TOLERANCE_16_BIT = 0.06
_NUM_TOKENS = 12


def shared_rows_try(model: CausalLM) -> SharedRows | None:
    """Rows, if two of unequal length in one pass answer as each does alone.

    None for models whose layers keep something else than all tokens, or that derive
    positions in a way that rows do not know: those run one by one. Raises
    ModelUnavailableError if the model answers nonsense.
    """
    token_ids = [number % model.vocabulary_size for number in range(4, 4 + _NUM_TOKENS)]
    texts = [token_ids, token_ids[: _NUM_TOKENS // 2]]
    caches = [_read(model, text) for text in texts]
    rows = _rows_of(model, caches)
    alone = torch.cat(
        [model.read_last(t[-1:], c) for t, c in zip(texts, caches, strict=True)]
    )
    if not alone.isfinite().all():
        raise ModelUnavailableError("its weights give NaN for plain tokens")
    if rows is None:
        return None
    together = _together(model, rows, texts)
    for slot in range(len(texts)):
        rows.leave(slot)
    distance = (together - alone).abs().max() / alone.abs().max()
    tolerance = _TOLERANCE.get(model.dtype, _TOLERANCE_16_BIT)
    return rows if distance <= tolerance else None


def _read(model: CausalLM, text: list[int]) -> DynamicCache:
    cache = model.new_cache()
    model.read_last(text[:-1], cache)
    return cache


def _rows_of(model: CausalLM, caches: list[DynamicCache]) -> SharedRows | None:
    shapes = layer_shapes(caches[0])
    if shapes is None:
        return None
    rows = SharedRows(shapes, model.dtype, model.device)
    for slot, cache in enumerate(caches):
        rows.join(slot, cache)
    return rows


def _together(
    model: CausalLM, rows: SharedRows, texts: list[list[int]]
) -> torch.Tensor:
    starts = {slot: len(text) - 1 for slot, text in enumerate(texts)}
    step = rows.step(starts)
    newest = torch.tensor([text[-1] for text in texts], device=model.device)
    return model.read_rows(newest, step.positions, step.mask, step)
