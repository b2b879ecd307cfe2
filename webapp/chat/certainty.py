"""How sure the model was of each token, in words and levels that a page can show."""

from dataclasses import dataclass

from django.utils.formats import number_format

from webapp.generation.explanation import ExplainedToken, explanation_read
from webapp.generation.models import Generation

# From which probability on a token counts as sure, likely, unsure; below, a guess.
_LEVELS = ((0.9, "sure"), (0.6, "likely"), (0.3, "unsure"))


@dataclass(frozen=True, slots=True)
class Alternative:
    text: str
    percent: str


@dataclass(frozen=True, slots=True)
class Token:
    """level: sure, likely, unsure, guess, or unknown when a crash took the figure."""

    text: str
    level: str
    percent: str
    alternatives: list[Alternative]


def certainty_of(generation: Generation) -> list[Token]:
    """Texts joined are the generation's own output."""
    return [_token(token) for token in explanation_read(generation.explanation)]


def _token(token: ExplainedToken) -> Token:
    probability = token.probability
    return Token(
        text=token.text,
        level="unknown" if probability is None else _level(probability),
        percent="" if probability is None else _percent(probability),
        alternatives=[
            Alternative(text, _percent(ExplainedToken(text, logprob).probability or 0))
            for text, logprob in token.alternatives
        ],
    )


def _level(probability: float) -> str:
    """
    >>> _level(0.95), _level(0.6), _level(0.1)
    ('sure', 'likely', 'guess')
    """
    return next((name for least, name in _LEVELS if probability >= least), "guess")


def _percent(probability: float) -> str:
    digits = 0 if probability >= 0.1 else 1
    return number_format(100 * probability, digits)
