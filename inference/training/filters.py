"""Which pairs are worth training on: cheap rules, each with a name."""

import re
from dataclasses import dataclass
from enum import StrEnum

from inference.training.pair import Pair
from inference.training.placeholders import placeholders

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_HAN_WEIGHT = 2.5  # letters of a European language that say as much as one sign
_SHORT = 12  # letters; below, lengths say little
_MIN_HAN_SHARE = 0.3  # of the letters; names stay in Latin
_MIN_LATIN_SHARE = 0.5


class Reason(StrEnum):
    """Why a pair is left out; the value ends the sentence "left out because ..."."""

    EMPTY = "a side is empty"
    SAME = "source and target are the same"
    LONG = "a side is too long"
    RATIO = "the lengths do not match"
    SCRIPT = "the writing is not the language's"
    PLACEHOLDERS = "the placeholders differ"
    DUPLICATE = "it was there before"
    HELD_OUT = "it is held out for validation"


@dataclass(frozen=True, slots=True)
class Limits:
    max_characters: int = 600
    max_ratio: float = 2.5  # of the longer side to the shorter


def pair_refusal(pair: Pair, limits: Limits) -> Reason | None:
    """Why a cleaned pair is of no use; None if it is."""
    source, target = pair.source, pair.target
    if not source or not target:
        return Reason.EMPTY
    if source.casefold() == target.casefold():
        return Reason.SAME
    if max(len(source), len(target)) > limits.max_characters:
        return Reason.LONG
    if not _lengths_match(source, target, limits.max_ratio):
        return Reason.RATIO
    direction = pair.direction
    if not (_is_in(source, direction.source) and _is_in(target, direction.target)):
        return Reason.SCRIPT
    if placeholders(source) != placeholders(target):
        return Reason.PLACEHOLDERS
    return None


def _lengths_match(source: str, target: str, max_ratio: float) -> bool:
    shorter, longer = sorted((_weighed_length(source), _weighed_length(target)))
    return longer + _SHORT <= max_ratio * (shorter + _SHORT)


def _weighed_length(text: str) -> float:
    return len(text) + (_HAN_WEIGHT - 1) * len(_HAN.findall(text))


def _is_in(text: str, language: str) -> bool:
    letters = sum(map(str.isalpha, text))
    if letters == 0:
        return False
    if language == "zh":
        return len(_HAN.findall(text)) >= _MIN_HAN_SHARE * letters
    return len(_LATIN.findall(text)) >= _MIN_LATIN_SHARE * letters
