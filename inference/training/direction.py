"""The languages that we train, and how a model is told what to do."""

import re
from dataclasses import dataclass
from typing import Self

from inference.training.errors import TrainingError

NAMES = {
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "nl": "Dutch",
    "pt": "Portuguese",
    "zh": "Chinese",
}
_DIRECTION = re.compile(r"([a-z]{2})-([a-z]{2})")


@dataclass(frozen=True, slots=True, order=True)
class Direction:
    """From one language into another, by their two letters."""

    source: str
    target: str

    def __post_init__(self) -> None:
        for code in (self.source, self.target):
            if code not in NAMES:
                raise TrainingError(
                    f"{code!r}: not a language that can be trained here"
                    f" ({', '.join(NAMES)})"
                )
        if self.source == self.target:
            raise TrainingError(f"{self}: a direction needs two languages")

    def __str__(self) -> str:
        return f"{self.source}-{self.target}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        >>> Direction.parse("en-fr").prefix
        'translate English to French: '
        """
        match = _DIRECTION.fullmatch(text)
        if match is None:
            raise TrainingError(f"{text!r}: a direction is written like en-fr")
        return cls(match[1], match[2])

    @property
    def reverse(self) -> "Direction":
        return Direction(self.target, self.source)

    @property
    def prefix(self) -> str:
        """What T5 reads before the text."""
        return f"translate {NAMES[self.source]} to {NAMES[self.target]}: "

    @property
    def task(self) -> str:
        """The name under which T5's configuration keeps the prefix."""
        return f"translation_{self.source}_to_{self.target}"
