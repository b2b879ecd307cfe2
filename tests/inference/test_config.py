"""A wrong setting is named when the configuration is built."""

from typing import Any

import pytest

from inference.config import EngineConfig


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("device", "gpu"),
        ("num_threads", 0),
        ("num_threads", 1.5),
        ("max_running", 0),
        ("max_running", True),
        ("prefill_chunk", -1),
        ("kv_bytes", "much"),
    ],
)
def test_it_names_the_wrong_field(field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"^{field}: must be"):
        EngineConfig(**{field: value})


def test_it_leaves_one_core_free_but_uses_one() -> None:
    assert EngineConfig().threads >= 1
    assert EngineConfig(num_threads=7).threads == 7
