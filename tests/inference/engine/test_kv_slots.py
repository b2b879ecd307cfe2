"""The shared tensors: rows join, move, leave, and leave nothing."""

import torch
from transformers import DynamicCache

from inference.engine.kv_slots import KvSlots
from inference.models.causal_lm import LayerShape

SHAPES = [LayerShape(heads=2, key_width=4, value_width=4)] * 2


def slots_make() -> KvSlots:
    return KvSlots(SHAPES, torch.float32, torch.device("cpu"))


def cache_of(value: float, length: int) -> DynamicCache:
    cache = DynamicCache()
    for layer in range(len(SHAPES)):
        filled = torch.full((1, 2, length, 4), value)
        cache.update(filled, -filled, layer)
    return cache


def row_values(slots: KvSlots, row: int) -> list[float]:
    """The distinct values among the keys that a row can see."""
    step = slots.step(row, row + 1)
    keys, _ = step.update(torch.zeros(1, 2, 1, 4), torch.zeros(1, 2, 1, 4), 0)
    return sorted(set(keys.flatten().tolist()) - {0.0})


def test_a_row_sees_what_its_sequence_read() -> None:
    slots = slots_make()
    for number, length in enumerate([3, 300, 1]):
        assert slots.join(cache_of(number + 1.0, length)) == number
    assert [row_values(slots, row) for row in range(3)] == [[1.0], [2.0], [3.0]]


def test_the_last_row_takes_the_place_of_one_that_leaves() -> None:
    slots = slots_make()
    for number in range(3):
        slots.join(cache_of(number + 1.0, 5))
    slots.leave(0)
    assert slots.num_rows == 2
    assert [row_values(slots, row) for row in range(2)] == [[3.0], [2.0]]


def test_a_row_that_left_is_wiped() -> None:
    slots = slots_make()
    for value in (1.0, float("nan")):
        slots.join(cache_of(value, 9))
    slots.leave(1)
    assert slots.join(cache_of(5.0, 2)) == 1
    step = slots.step(0, 2)
    keys, values = step.update(torch.ones(2, 2, 1, 4), torch.ones(2, 2, 1, 4), 0)
    assert keys.isfinite().all() and values.isfinite().all()
    assert keys[1, :, 3:].abs().sum() == 0


def test_the_mask_shows_each_row_its_own_tokens_and_the_new_one() -> None:
    slots = slots_make()
    for length in (3, 1):
        slots.join(cache_of(1.0, length))
    assert slots.step(0, 2).mask.int().tolist() == [[1, 1, 1, 1], [1, 1, 0, 0]]
    slots.stepped(0, 2)
    assert slots.step(1, 2).mask.int().tolist() == [[1, 1, 1]]


def test_an_idle_engine_holds_no_memory() -> None:
    slots = slots_make()
    slots.join(cache_of(1.0, 1000))
    slots.leave(0)
    assert sum(layer.keys.numel() for layer in slots._layers) == 0


def test_it_tells_the_memory_that_it_takes() -> None:
    slots = slots_make()
    for _ in range(3):
        slots.join(cache_of(1.0, 300))
    held = sum(
        layer.keys.numel() * 4 + layer.values.numel() * 4 for layer in slots._layers
    )
    assert held == slots.bytes_needed([300, 300, 300])
