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


def test_it_takes_as_many_threads_as_it_is_told() -> None:
    assert EngineConfig(num_threads=7).threads == 7


@pytest.mark.parametrize(
    ("cores", "threads"), [(None, 1), (1, 1), (2, 2), (3, 2), (8, 7)]
)
def test_a_core_of_many_stays_free(
    monkeypatch: pytest.MonkeyPatch, cores: int | None, threads: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert EngineConfig().threads == threads
