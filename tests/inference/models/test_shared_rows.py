"""The shared tensors: slots join, move, leave, and leave nothing."""

from typing import Any

import torch
from transformers import DynamicCache

from inference.models.generic.causal_lm import LayerShape
from inference.models.generic.shared_rows import SharedRows

SHAPES = [LayerShape(heads=2, key_width=4, value_width=4)] * 2
A, B, C = 7, 3, 5  # slots; rows are numbered as they join


def rows_make(lengths: dict[int, int]) -> SharedRows:
    rows = SharedRows(SHAPES, torch.float32, torch.device("cpu"))
    for slot, length in lengths.items():
        rows.join(slot, cache_of(float(slot), length))
    return rows


def cache_of(value: float, length: int) -> DynamicCache:
    cache = DynamicCache()
    for layer in range(len(SHAPES)):
        filled = torch.full((1, 2, length, 4), value)
        cache.update(filled, -filled, layer)
    return cache


def keys_seen(rows: SharedRows, slot: int) -> list[float]:
    """The distinct values among the keys that a slot can see."""
    step = rows.step({slot: rows.length(slot)})
    keys, _ = step.update(torch.zeros(1, 2, 1, 4), torch.zeros(1, 2, 1, 4), 0)
    return sorted(set(keys.flatten().tolist()) - {0.0})


def test_a_slot_sees_what_was_read_for_it() -> None:
    rows = rows_make({A: 3, B: 300, C: 1})
    assert [keys_seen(rows, slot) for slot in (A, B, C)] == [[7.0], [3.0], [5.0]]


def test_the_last_row_takes_the_place_of_one_that_leaves() -> None:
    rows = rows_make({A: 5, B: 6, C: 7})
    rows.leave(A)
    assert rows.slots == [C, B]
    assert [rows.length(slot) for slot in (B, C)] == [6, 7]
    assert [keys_seen(rows, slot) for slot in (B, C)] == [[3.0], [5.0]]


def test_a_row_that_left_is_wiped() -> None:
    rows = rows_make({A: 9})
    rows.join(B, cache_of(float("nan"), 9))
    rows.leave(B)
    rows.join(C, cache_of(5.0, 2))
    step = rows.step({A: 9, C: 2})
    keys, values = step.update(torch.ones(2, 2, 1, 4), torch.ones(2, 2, 1, 4), 0)
    assert keys.isfinite().all() and values.isfinite().all()
    assert keys[1, :, 3:].abs().sum() == 0


def test_the_mask_shows_each_row_its_own_tokens_and_the_new_one() -> None:
    rows = rows_make({A: 3, B: 1})
    starts = {A: 3, B: 1}
    assert rows.step(starts).mask.int().tolist() == [[1, 1, 1, 1], [1, 1, 0, 0]]
    rows.stepped(starts)
    assert rows.step({B: 2}).mask.int().tolist() == [[1, 1, 1]]


def test_some_of_the_rows_may_step_alone() -> None:
    rows = rows_make({A: 2, B: 2, C: 2})
    step = rows.step({A: 2, C: 2})
    new = torch.tensor([8.0, 9.0]).view(2, 1, 1, 1).expand(2, 2, 1, 4)
    keys, _ = step.update(new, new, 0)
    assert keys[:, 0, :, 0].tolist() == [[7, 7, 8], [5, 5, 9]]
    assert keys_seen(rows, B) == [3.0]


def test_a_row_can_be_copied_out_again() -> None:
    cache = rows_make({A: 4, B: 9}).copy_of(B, 6)
    assert cache.get_seq_length() == 6
    layer: Any = cache.layers[1]
    assert layer.values.unique().tolist() == [-3.0]


def test_an_idle_engine_holds_no_memory() -> None:
    rows = rows_make({A: 1000})
    rows.leave(A)
    assert sum(layer.keys.numel() for layer in rows._layers) == 0
