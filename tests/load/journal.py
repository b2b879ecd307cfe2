"""What the simulated editors remember: only what the product acknowledged."""

from collections import Counter
from dataclasses import dataclass, field

LOCK_SECONDS = 90.0  # what docs/protocol-workspace.md promises to who holds a segment


@dataclass(frozen=True, slots=True)
class Save:
    """An acknowledged text. Times are of one clock for all editors."""

    person: str
    segment: int
    seen: int  # the version that it was written over
    version: int  # the one that it became
    text: str
    asked_at: float
    answered_at: float


@dataclass(frozen=True, slots=True)
class Claim:
    """A segment that was handed out as free.

    It is the person's for certain from the answer until they let go of it, or until
    the lock can have expired.
    """

    person: str
    segment: int
    asked_at: float
    answered_at: float
    released_at: float

    @property
    def ends_at(self) -> float:
        return min(self.released_at, self.asked_at + LOCK_SECONDS)


@dataclass(frozen=True, slots=True)
class Bulk:
    """An operation on many segments, and what its undo said."""

    operation: str
    count: int
    restored: int
    skipped: int


@dataclass(slots=True)
class Journal:
    """One for all editors; they share a thread."""

    saves: list[Save] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    bulks: list[Bulk] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)  # what nobody should be told
