"""What a fine-tuning run is told; checks itself when it is built."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from inference.training.errors import TrainingError

METHODS = ("lora", "full")
# An adapter has few weights and begins at nothing, so it may take larger steps.
_LEARNING_RATES = {"lora": 1e-3, "full": 1e-4}


@dataclass(frozen=True, slots=True)
class TuningSettings:
    method: str = "lora"  # an adapter, merged into the weights; or all weights
    epochs: int = 3
    learning_rate: float = 0.0  # 0: the method's usual one
    rank: int = 16  # of the adapter
    tokens_per_batch: int = 2048
    max_tokens: int = 256  # of what is asked and answered together; longer is left out
    hold_out: float = 0.1  # share that is never trained on
    scored: int = 200  # held-out items that old and new are scored on, at most
    checkpoint_steps: int = 25
    seed: int = 1

    def __post_init__(self) -> None:
        _check("method", self.method, self.method in METHODS, " or ".join(METHODS))
        for name, most in _WHOLE.items():
            value = getattr(self, name)
            is_whole = isinstance(value, int) and not isinstance(value, bool)
            is_good = is_whole and 1 <= value <= most
            _check(name, value, is_good, f"a whole number from 1 to {most}")
        rate = self.learning_rate
        _check("learning_rate", rate, _is_number(rate) and 0 <= rate <= 1, "0 to 1")
        share = self.hold_out
        is_share = _is_number(share) and 0 < share <= 0.5
        _check("hold_out", share, is_share, "above 0 and up to 0.5")

    @property
    def rate(self) -> float:
        return self.learning_rate or _LEARNING_RATES[self.method]

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Raises TrainingError naming the setting and the value."""
        for name, value in values.items():
            _check(name, value, name in cls.__dataclass_fields__, "a known setting")
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


_WHOLE = {
    "epochs": 100,
    "rank": 256,
    "tokens_per_batch": 1_000_000,
    "max_tokens": 8192,
    "scored": 10_000,
    "checkpoint_steps": 1_000_000,
    "seed": 2**31,
}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check(name: str, value: object, is_good: bool, wanted: str) -> None:  # noqa: FBT001 reads as a sentence at each call
    if not is_good:
        raise TrainingError(f"{name} is {value!r}; it must be {wanted}")
