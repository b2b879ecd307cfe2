"""What the sampler reads of a sequence, and what it answers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from inference.contract import GenerationRequest
from inference.text.phrases import Phrase


class Sampled(Protocol):
    """A sequence whose next token is to be chosen."""

    @property
    def request(self) -> GenerationRequest:
        """With `sampling` and `constraint`."""

    @property
    def seed(self) -> int: ...

    @property
    def position(self) -> int:
        """Number of the next token; with the seed it decides the draw."""

    @property
    def tokens(self) -> Sequence[int]:
        """All that the model read or is about to read, the prompt included."""

    @property
    def own_tokens(self) -> Sequence[int]:
        """Those of `tokens` that are this answer's."""

    @property
    def phrases(self) -> Sequence[Phrase]:
        """What the answer should have, each once."""

    @property
    def attention(self) -> Sequence[float]:
        """Of the next token to each one of the source; empty where it is unknown."""

    @property
    def end_ids(self) -> Collection[int]:
        """The model's own ends of an answer."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The next token of a row.

    `logprob` and `alternatives` are there when SamplingParams.logprobs asks: ids with
    their log-probabilities, the most likely first. Who has the tokenizer adds texts.
    """

    token_id: int
    logprob: float | None = None
    alternatives: tuple[tuple[int, float], ...] = ()
