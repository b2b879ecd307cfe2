"""What the scheduler moves: one answer, or one beam search."""

from collections.abc import Sequence
from typing import Protocol

from inference.contract import FinishReason, GenerationError, TokenChunk
from inference.engine.group import Group
from inference.engine.row import Row, Slot
from inference.engine.sources import Source


class Unit(Protocol):
    group: Group
    source: Source | None

    @property
    def arrival(self) -> tuple[int, int]:
        """Places all units in order: of the request, of the answer to it."""

    @property
    def num_slots(self) -> int:
        """That it takes while it runs, all at once."""

    @property
    def rows(self) -> Sequence[Row]:
        """That step together; of equal length, each with a slot while it runs."""

    @property
    def like(self) -> Row | None:
        """A row that begins with all of its tokens, to copy them from."""

    @property
    def slots(self) -> list[Slot]:
        """All that it holds; none while it waits."""

    def slots_take(self, slots: list[Slot]) -> None:
        """Empty ones, as many as it needs."""

    def slots_lose(self) -> None:
        """What was read has to be read again."""

    @property
    def is_decoding(self) -> bool:
        """Each row has one token left to read, and that one tells the next."""

    @property
    def held_back(self) -> int:
        """Tokens of each row that a prompt's pieces must leave for a common step."""

    @property
    def max_length(self) -> int:
        """Of each row."""

    def finished_already(self) -> TokenChunk | None:
        """The end of an answer that was complete when its worker died."""

    def ends(
        self, reason: FinishReason, error: GenerationError | None = None
    ) -> list[TokenChunk]:
        """The end of each of its answers, before its time."""
