"""How large a crowd, for how long, how hurried."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """It ends after `minutes`, or when each person has worked `rounds` times."""

    people: int
    minutes: float
    segments: int
    rounds: int | None  # segments worked on, or operations, by each person
    pause: float  # seconds between two things that one person does, on average
    seed: int


@dataclass(frozen=True, slots=True)
class Stage:
    """What is there before the first editor comes."""

    base_url: str
    document: str
    segments: Sequence[int]
    emails: Sequence[str]
    password: str
