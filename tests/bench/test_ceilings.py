"""What a step needs, and what stands in its way."""

import json
from pathlib import Path

import pytest

from tests.bench.ceilings import Ceilings, Need, Shape, binds, shape_read

MACHINE = Ceilings(read=10e9, fp32=50e9, int8=200e9)


@pytest.fixture
def shape(tmp_path: Path) -> Shape:
    config = {
        "hidden_size": 8,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "num_hidden_layers": 3,
        "intermediate_size": 16,
        "vocab_size": 100,
    }
    (tmp_path / "config.json").write_text(json.dumps(config))
    return shape_read(tmp_path)


def test_a_model_is_counted_from_its_configuration(shape: Shape) -> None:
    query_and_output, key_and_value, ffn = 2 * 8 * 8, 2 * 8 * 4, 3 * 8 * 16
    assert shape.body == 3 * (query_and_output + key_and_value + ffn)
    assert shape.head == 800
    assert shape.cache == 3 * 2 * 4
    assert shape.attention == 3 * 2 * 8


def test_more_rows_read_the_weights_once(shape: Shape) -> None:
    one, eight = (shape.need("fp32", rows=rows, context=0) for rows in (1, 8))
    assert one.bytes == eight.bytes == 4 * (shape.body + shape.head)
    assert eight.multiply_adds == 8 * one.multiply_adds


def test_a_longer_history_is_read_by_each_row(shape: Shape) -> None:
    short, long = (shape.need("int8", rows=4, context=c) for c in (0, 10))
    assert long.bytes - short.bytes == 4 * 10 * shape.cache * 2


def test_four_bits_are_read_sooner_than_eight(shape: Shape) -> None:
    four, eight = (shape.need(p, rows=1, context=0) for p in ("int4", "int8"))
    assert four.bytes < eight.bytes
    assert four.multiply_adds == eight.multiply_adds


@pytest.mark.parametrize(
    ("need", "seconds", "word"),
    [
        (Need(bytes=1e8, multiply_adds=1e6), 0.011, "memory"),
        (Need(bytes=1e6, multiply_adds=1e9), 0.021, "arithmetic"),
        (Need(bytes=1e8, multiply_adds=1e6), 0.050, "overhead"),
    ],
)
def test_the_longest_part_of_a_step_binds(
    need: Need, seconds: float, word: str
) -> None:
    assert binds(need, "fp32", seconds, MACHINE).startswith(word)


def test_the_count_is_shown() -> None:
    need = Need(bytes=1e8, multiply_adds=1.5e9)
    assert binds(need, "int8", 0.012, MACHINE) == (
        "memory: 12 ms a step; 100 MB take 10 ms, 1.50 G multiply-adds 7.5 ms"
    )
