"""From a step's logits to what came of each answer."""

from dataclasses import dataclass, field

import torch

from inference.contract import ErrorCode, GenerationError
from inference.engine.beam_search import BeamSearch
from inference.engine.sampled import Choice
from inference.engine.sampler import tokens_choose
from inference.engine.scheduler import Piece
from inference.engine.sequence import Sequence
from inference.engine.unit import Unit

Alignment = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class TokenChosen:
    sequence: Sequence
    choice: Choice
    alignment: Alignment


@dataclass(frozen=True, slots=True)
class BeamsRead:
    search: BeamSearch
    logits: torch.Tensor  # [beams, vocabulary]
    alignments: list[Alignment]


@dataclass(frozen=True, slots=True)
class UnitFailed:
    unit: Unit
    error: GenerationError


Outcome = TokenChosen | BeamsRead | UnitFailed


@dataclass(slots=True)
class Read:
    """What the passes of a step gave for the rows that were read to their end.

    Piece number i has row i of the logits and alignment i. A unit of which anything
    failed is among the failed, whatever else was read of it.
    """

    pieces: list[Piece] = field(default_factory=list)
    logits: list[torch.Tensor] = field(default_factory=list)  # one after the other
    alignments: list[Alignment] = field(default_factory=list)
    failed: dict[Unit, GenerationError] = field(default_factory=dict)

    def outcomes(self) -> list[Outcome]:
        """The tokens of all sequences are chosen in one call."""
        outcomes: list[Outcome] = [UnitFailed(*item) for item in self.failed.items()]
        if not self.pieces:
            return outcomes
        logits = self.logits[0] if len(self.logits) == 1 else torch.cat(self.logits)
        searches: dict[BeamSearch, list[int]] = {}
        singles: list[int] = []
        for number, piece in enumerate(self.pieces):
            if isinstance(piece.unit, Sequence):
                singles.append(number)
            elif isinstance(piece.unit, BeamSearch) and piece.unit not in self.failed:
                searches.setdefault(piece.unit, []).append(number)
        for search, numbers in searches.items():
            alignments = [self.alignments[number] for number in numbers]
            outcomes.append(BeamsRead(search, logits[numbers], alignments))
        if singles:
            outcomes += self._choose(singles, logits)
        return outcomes

    def _choose(self, numbers: list[int], logits: torch.Tensor) -> list[Outcome]:
        mine = logits if len(numbers) == len(self.pieces) else logits[numbers]
        sequences = [
            unit
            for number in numbers
            if isinstance(unit := self.pieces[number].unit, Sequence)
        ]
        alignments = [self.alignments[number] for number in numbers]
        for sequence, alignment in zip(sequences, alignments, strict=True):
            sequence.attention = alignment
        if banned := sequences[0].banned_ids:  # the model's, so everybody's
            mine[:, list(banned)] = -torch.inf
        return [
            UnitFailed(sequence, GenerationError(ErrorCode.NUMERICAL))
            if choice is None
            else TokenChosen(sequence, choice, alignment)
            for sequence, choice, alignment in zip(
                sequences, tokens_choose(mine, sequences), alignments, strict=True
            )
        ]
