"""What the memory offers for a source."""

from dataclasses import dataclass
from typing import Self

from webapp.workspace.memory.keys import Keys
from webapp.workspace.memory.normal import Normal, normalise
from webapp.workspace.memory.repair import repair
from webapp.workspace.memory.score import CONTEXT, EXACT, similarity
from webapp.workspace.models import MemoryEntry

_REPAIRED = 1  # percent taken off
_UNREPAIRED = 4


@dataclass(frozen=True, slots=True)
class Match:
    """score: 101 exact with the same neighbours, 100 exact, else percent.

    `target` has the new source's numbers and placeholders where is_repaired.
    """

    target: str
    source: str
    score: int
    origin: str
    entry_id: int
    is_repaired: bool = False
    is_own_project: bool = False

    @classmethod
    def of(
        cls,
        entry: MemoryEntry,
        keys: Keys,
        *,
        context_key: int | None,
        least: int,
        project_id: object,
    ) -> Self:
        """A score of 0 says that it is no match."""
        score, target = _scored(entry, keys, context_key, least)
        return cls(
            target=target,
            source=entry.source,
            score=score,
            origin=entry.origin,
            entry_id=entry.pk,
            is_repaired=target != entry.target,
            is_own_project=entry.project_id == project_id,
        )

    @property
    def rank(self) -> tuple[int, bool, int]:
        """The best first, of equal ones the project's own, then the newest."""
        return -self.score, not self.is_own_project, -self.entry_id


def _scored(
    entry: MemoryEntry, keys: Keys, context_key: int | None, least: int
) -> tuple[int, str]:
    if entry.source == keys.source:
        is_same_place = context_key is not None and entry.context_key == context_key
        return CONTEXT if is_same_place else EXACT, entry.target
    normal = normalise(entry.source)
    score = similarity(keys.normal, normal, least=least)
    if score == 0 or _texts(normal) == _texts(keys.normal):
        return score, entry.target
    repaired = repair(entry.source, entry.target, keys.source)
    score -= _REPAIRED if repaired.is_whole else _UNREPAIRED
    return (score if score >= least else 0), repaired.target


def _texts(normal: Normal) -> list[str]:
    return [each.text for each in normal.variables]
