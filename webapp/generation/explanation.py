"""How sure a model was of each token, as the stream and the row keep it.

A token is a short list, because a translation has thousands of them:

    [text, logprob, [[text, logprob], ...], [[source token, weight], ...]]

its text as the reader got it, the natural logarithm of its probability before any
filter, what might have come instead (the most likely first), and which tokens of the
source it looked at (encoder-decoders, where SamplingParams.alignment asks). Texts
joined are the output. logprob null: nobody knows it any more. A row keeps
{"source": [text of each source token], "tokens": [...]}, or {} where nobody asked.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from inference.contract import TokenChunk

_DIGITS = 3  # a thousandth of a nat is more than a reader can see
_LEAST_WEIGHT = 0.05  # of a source token that is worth keeping


@dataclass(frozen=True, slots=True)
class ExplainedToken:
    text: str
    logprob: float | None = None
    alternatives: tuple[tuple[str, float], ...] = ()
    sources: tuple[tuple[int, float], ...] = ()

    @property
    def probability(self) -> float | None:
        return None if self.logprob is None else math.exp(self.logprob)

    @classmethod
    def of(cls, chunk: TokenChunk, text: str) -> Self:
        """text: the chunk's, as the reader gets it."""
        return cls(
            text=text,
            logprob=None if chunk.logprob is None else round(chunk.logprob, _DIGITS),
            alternatives=tuple(
                (other.text, round(other.logprob, _DIGITS))
                for other in chunk.alternatives
            ),
            sources=tuple(
                (number, round(weight, _DIGITS))
                for number, weight in enumerate(chunk.alignment)
                if weight >= _LEAST_WEIGHT
            ),
        )

    @classmethod
    def from_list(cls, values: Sequence[Any]) -> Self:
        text, logprob, alternatives, sources = values
        return cls(
            text=text,
            logprob=logprob,
            alternatives=tuple((other, value) for other, value in alternatives),
            sources=tuple((number, weight) for number, weight in sources),
        )

    def to_list(self) -> list[Any]:
        """For JSON, which makes lists of tuples.

        >>> ExplainedToken(" mer", -0.1, ((" mer", -0.1),)).to_list()
        [' mer', -0.1, ((' mer', -0.1),), ()]
        """
        return [self.text, self.logprob, self.alternatives, self.sources]


def is_explained(sampling: Mapping[str, Any]) -> bool:
    """Did whoever started it ask for any of this?"""
    return sampling.get("logprobs") is not None or bool(sampling.get("alignment"))


def explanation_read(explanation: Mapping[str, Any]) -> list[ExplainedToken]:
    """The tokens of a row's explanation."""
    return [ExplainedToken.from_list(item) for item in explanation.get("tokens", [])]


def explanation_write(
    tokens: Sequence[ExplainedToken], source: Sequence[str]
) -> dict[str, Any]:
    """What a row keeps."""
    return {"source": list(source), "tokens": [token.to_list() for token in tokens]}


def explanation_fit(
    tokens: Sequence[ExplainedToken], *, count: int, text: str
) -> list[ExplainedToken]:
    """`count` tokens that read `text`. Those that a crash took are unknown.

    >>> [t.text for t in explanation_fit([ExplainedToken("to")], count=3, text="to be")]
    ['to', ' be', '']
    """
    known: list[ExplainedToken] = []
    rest = text
    for token in tokens[:count]:
        if not rest.startswith(token.text):
            break
        known.append(token)
        rest = rest[len(token.text) :]
    if len(known) == count and rest and known:
        known.pop()
        rest = text[sum(len(token.text) for token in known) :]
    unknown = [ExplainedToken(rest if not n else "") for n in range(count - len(known))]
    return known + unknown
