"""The n best answers of a search, as `transformers.generate` finds them.

Each step continues the best `num_beams` hypotheses; of their best continuations those
that end are kept by score / length ** penalty. It is over when no running hypothesis
can, at its present length, beat the worst of `num_beams` that ended
(`early_stopping=False`).
"""

from collections.abc import Sequence as SequenceOf
from dataclasses import dataclass

import torch

from inference.contract import (
    FinishReason,
    GenerationError,
    GenerationRequest,
    TokenChunk,
)
from inference.engine.adjustments import logits_adjust
from inference.engine.group import Group
from inference.engine.logprobs import choices_measure
from inference.engine.reading import AnswerText
from inference.engine.row import Row, Slot
from inference.engine.sampled import Choice
from inference.engine.sequence import Sequence
from inference.engine.slots import SlotTable
from inference.engine.sources import Source
from inference.text.phrases import Phrase

_Alignment = tuple[float, ...]


class SearchFailedError(Exception):
    """No continuation has a score: the model's numbers are none."""


class Beam(Row):
    """One running hypothesis, in a row of its own."""

    def __init__(self, group: Group, end_ids: frozenset[int]) -> None:
        super().__init__(list(group.prompt))
        self._group = group
        self.end_ids = end_ids
        self.score = 0.0  # sum of log-probabilities
        self.choices: list[tuple[Choice, _Alignment]] = []

    def child(self, score: float, choice: Choice, alignment: _Alignment) -> "Beam":
        beam = Beam(self._group, self.end_ids)
        beam.tokens = [*self.tokens, choice.token_id]
        beam.score = score
        beam.choices = [*self.choices, (choice, alignment)]
        return beam

    @property
    def request(self) -> GenerationRequest:
        return self._group.request

    @property
    def seed(self) -> int:
        return 0  # nothing is drawn

    @property
    def position(self) -> int:
        return len(self.tokens)

    @property
    def phrases(self) -> SequenceOf[Phrase]:
        return self._group.reading.phrases

    @property
    def own_tokens(self) -> SequenceOf[int]:
        reading = self._group.reading
        return self.tokens[len(reading.decoder_ids) - reading.forced_tokens :]


@dataclass(frozen=True, slots=True)
class Ended:
    score: float  # normalised by length
    beam: Beam


@dataclass(frozen=True, slots=True)
class Candidate:
    """A continuation of one of the beams by one token."""

    score: float
    parent: int
    choice: Choice


class BeamSearch:
    """All beams of one request; they step together."""

    held_back = 1  # the last token of a prompt is read by all beams at once
    like = None

    def __init__(self, group: Group, text: AnswerText, context_length: int) -> None:
        self.group = group
        self.source: Source | None = None
        self.arrival = (group.number, 0)
        self._text = text
        self._context_length = context_length
        sampling = group.request.sampling
        self.num_slots = sampling.num_beams
        self._end_ids = text.end_ids | set(sampling.stop_token_ids)
        room = context_length - len(group.prompt)
        self._max_own_tokens = min(sampling.max_tokens, room)
        self.beams = [Beam(group, text.end_ids)]
        self.spare: list[Slot] = []  # held for beams to come
        self.ended: list[Ended] = []  # the best first
        self.is_over = False

    @property
    def rows(self) -> SequenceOf[Row]:
        return self.beams

    @property
    def is_decoding(self) -> bool:
        return all(beam.num_unread == 1 for beam in self.beams)

    @property
    def slots(self) -> list[Slot]:
        return [beam.slot for beam in self.beams if beam.slot] + self.spare

    def slots_take(self, slots: list[Slot]) -> None:
        for beam, slot in zip(self.beams, slots, strict=False):
            slot.tokens, beam.slot = beam.tokens, slot
        self.spare = slots[len(self.beams) :]

    def slots_lose(self) -> None:
        for beam in self.beams:
            beam.slot = None
        self.spare = []

    @property
    def max_length(self) -> int:
        return len(self.group.prompt) + self._max_own_tokens

    def finished_already(self) -> None:
        """Nothing is told before it is over, so there is no telling."""

    def advance(
        self,
        logits: torch.Tensor,
        alignments: SequenceOf[_Alignment],
        slots: SlotTable,
    ) -> None:
        """One token further. `logits` [beams, vocabulary], in the order of `rows`.

        Raises SearchFailedError.
        """
        candidates = self._candidates(logits, alignments)
        if not candidates:
            raise SearchFailedError
        children: list[tuple[int, Beam]] = []
        for rank, candidate in enumerate(candidates):
            parent = candidate.parent
            beam = self.beams[parent].child(
                candidate.score, candidate.choice, alignments[parent]
            )
            if not self._ends(beam):
                children.append((parent, beam))
            elif rank < self.num_slots:
                self._end(beam)
        self._continue(children[: self.num_slots], slots)
        self.is_over = not self.beams or not self._can_improve()

    def _candidates(
        self, logits: torch.Tensor, alignments: SequenceOf[_Alignment]
    ) -> list[Candidate]:
        """The best continuations: so many that enough of them go on."""
        log_probs = logits.log_softmax(dim=-1)
        for beam, alignment in zip(self.beams, alignments, strict=True):
            beam.attention = alignment
        scores = logits_adjust(log_probs, self.beams).clone()
        scores[:, list(self._text.banned_ids)] = -torch.inf
        before = torch.tensor([beam.score for beam in self.beams])
        totals = (scores + before.to(scores.device)[:, None]).flatten()
        count = max(2, 1 + len(self._end_ids)) * self.num_slots
        values, places = totals.topk(min(count, totals.numel()))
        tokens = places % logits.shape[1]
        parents = places // logits.shape[1]
        logprobs = log_probs[parents, tokens]
        columns = [part.tolist() for part in (values, parents, tokens, logprobs)]
        candidates = [
            Candidate(score, parent, Choice(token, logprob))
            for score, parent, token, logprob in zip(*columns, strict=True)
            if score > -torch.inf  # neither forbidden nor NaN
        ]
        return self._with_alternatives(candidates, logits)

    def _with_alternatives(
        self, candidates: list[Candidate], logits: torch.Tensor
    ) -> list[Candidate]:
        count = self.group.request.sampling.logprobs
        if not count or not candidates:
            return candidates
        choices = choices_measure(
            logits[[c.parent for c in candidates]],
            [c.choice.token_id for c in candidates],
            [count] * len(candidates),
        )
        return [
            Candidate(candidate.score, candidate.parent, choice)
            for candidate, choice in zip(candidates, choices, strict=True)
        ]

    def _ends(self, beam: Beam) -> bool:
        is_full = len(beam.choices) >= self._max_own_tokens
        return is_full or beam.tokens[-1] in self._end_ids

    def _end(self, beam: Beam) -> None:
        score = beam.score / self._length_factor(len(beam.choices))
        self.ended.append(Ended(score, beam))
        self.ended.sort(key=lambda ended: -ended.score)  # stable: the older first
        del self.ended[self.num_slots :]

    def _continue(self, children: list[tuple[int, Beam]], slots: SlotTable) -> None:
        """The first child of a beam takes over its slot, its twins get copies."""
        parents = self.beams
        heirs = {parent for parent, _ in children}
        free = [b.slot for n, b in enumerate(parents) if n not in heirs and b.slot]
        free += self.spare
        for parent, beam in children:
            slot = parents[parent].slot
            assert slot is not None
            if parent in heirs:
                heirs.remove(parent)
            else:
                twin = free.pop()
                slots.copy(slot, twin, slot.length)
                slot = twin
            slots.bind(slot, beam)
        self.beams = [beam for _, beam in children]
        self.spare = free

    def _can_improve(self) -> bool:
        if len(self.ended) < self.num_slots:
            return True
        best = self.beams[0]  # candidates come best first
        factor = self._length_factor(len(best.choices))
        return best.score / factor > self.ended[-1].score

    def _length_factor(self, length: int) -> float:
        return float(length**self.group.request.sampling.length_penalty)

    def results(self) -> list[TokenChunk]:
        """All that there is to tell when it is over, the best answer first."""
        samples = range(self.group.request.sampling.n)
        return [chunk for sample in samples for chunk in self._result(sample)]

    def _result(self, sample: int) -> list[TokenChunk]:
        """What an earlier worker told of it is not told again."""
        sequence = self._sequence(sample)
        if end := sequence.finished_already():
            return [end]
        chunks: list[TokenChunk] = []
        for ended in self.ended[sample : sample + 1]:
            for choice, alignment in ended.beam.choices[sequence.num_own_tokens :]:
                chunks.append(sequence.append(choice, alignment))
                if chunks[-1].finish_reason is not None:
                    return chunks
        return [*chunks, sequence.end(FinishReason.STOP)]  # there are no more answers

    def ends(
        self, reason: FinishReason, error: GenerationError | None = None
    ) -> list[TokenChunk]:
        return [
            self._sequence(sample).end(reason, error)
            for sample in range(self.group.request.sampling.n)
        ]

    def _sequence(self, sample: int) -> Sequence:
        return Sequence(
            self.group, sample, text=self._text, context_length=self._context_length
        )
