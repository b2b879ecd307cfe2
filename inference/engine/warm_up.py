"""The first passes of a model: does it answer, and can its rows share a pass?"""

import torch

from inference.engine.kv_slots import KvSlots
from inference.errors import ModelUnavailableError
from inference.models.causal_lm import CausalLM

# How far logits may differ, as a part of the largest one: rounding stays far below, a
# wrong mask or position far above.
_TOLERANCE = {torch.float32: 0.001}
_TOLERANCE_16_BIT = 0.06


def slots_for(model: CausalLM, token_ids: list[int]) -> KvSlots | None:
    """Slots, if two rows of unequal length in one pass answer as each does alone.

    None for models whose layers keep something else than all tokens, or that derive
    positions in a way that slots do not know: those run row by row.
    `token_ids` (four or more) are a prompt to try. Raises ModelUnavailableError if the
    model answers nonsense.
    """
    rows = [token_ids, token_ids[: len(token_ids) // 2]]
    alone = torch.stack([_alone(model, row) for row in rows])
    if not alone.isfinite().all():
        raise ModelUnavailableError("its weights give NaN for a plain question")
    slots = _slots_of(model, rows)
    if slots is None:
        return None
    together = _together(model, slots, rows)
    slots.clear()
    distance = (together - alone).abs().max() / alone.abs().max()
    tolerance = _TOLERANCE.get(model.dtype, _TOLERANCE_16_BIT)
    return slots if distance <= tolerance else None


def _alone(model: CausalLM, row: list[int]) -> torch.Tensor:
    cache = model.new_cache()
    model.read(row[:-1], cache)
    return model.read(row[-1:], cache)


def _slots_of(model: CausalLM, rows: list[list[int]]) -> KvSlots | None:
    slots = None
    for row in rows:
        cache = model.new_cache()
        model.read(row[:-1], cache)
        if slots is None:
            shapes = model.layer_shapes(cache)
            if shapes is None:
                return None
            slots = KvSlots(shapes, model.dtype, model.device)
        slots.join(cache)
    return slots


def _together(model: CausalLM, slots: KvSlots, rows: list[list[int]]) -> torch.Tensor:
    step = slots.step(0, len(rows))
    newest = torch.tensor([row[-1] for row in rows], device=model.device)
    return model.read_rows(newest, step.positions, step.mask, step)
