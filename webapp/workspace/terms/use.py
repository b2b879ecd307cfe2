"""How a translation treats the terms of its source: applied, inflected, missed.

>>> hit = TermHit("1", "file", 0, 4, ("Datei",))
>>> term_use(hit, "Zwei Dateien", "de").status.value
'inflected'
>>> term_use(hit, "Zwei Akten", "de").status.value
'missed'
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from webapp.workspace.terms.index import Entry, Hit, TermIndex


@dataclass(frozen=True, slots=True)
class TermHit:
    """A term in the source, from `start` to `end`.

    targets: ways to say it, the preferred one first; none where nobody has agreed on
    one. forbidden: what must not stand for it.
    """

    term_id: str
    text: str
    start: int
    end: int
    targets: tuple[str, ...] = ()
    is_untranslatable: bool = False
    forbidden: tuple[str, ...] = ()
    is_case_sensitive: bool = False
    explanation: str = ""


class Status(StrEnum):
    APPLIED = "applied"
    INFLECTED = "inflected"
    MISSED = "missed"
    OPEN = "open"  # there is no agreed target
    FORBIDDEN = "forbidden"  # a word is used that must not be


@dataclass(frozen=True, slots=True)
class TermUse:
    """spans: where the target has it."""

    hit: TermHit
    status: Status
    spans: tuple[tuple[int, int], ...] = ()


def term_uses(
    hits: Iterable[TermHit], target: str, target_language: str
) -> list[TermUse]:
    return [term_use(hit, target, target_language) for hit in hits]


def term_use(hit: TermHit, target: str, target_language: str) -> TermUse:
    wanted = (hit.text,) if hit.is_untranslatable else hit.targets
    is_strict = hit.is_untranslatable or hit.is_case_sensitive
    found = _find(wanted, target, target_language, is_case_sensitive=is_strict)
    good = [each for each in found if not (hit.is_untranslatable and each.is_inflected)]
    bad = _forbidden(hit.forbidden, good, target, target_language)
    if bad:
        return TermUse(hit, Status.FORBIDDEN, _spans(bad))
    if not wanted:
        return TermUse(hit, Status.OPEN)
    if not good:
        return TermUse(hit, Status.MISSED)
    is_inflected = all(each.is_inflected for each in good)
    return TermUse(
        hit, Status.INFLECTED if is_inflected else Status.APPLIED, _spans(good)
    )


def _forbidden(
    words: Sequence[str], good: Sequence[Hit], target: str, language: str
) -> list[Hit]:
    """But not where it is a part of a good one."""
    return [
        hit
        for hit in _find(words, target, language, is_case_sensitive=False)
        if not any(each.start <= hit.start and hit.end <= each.end for each in good)
    ]


def _find(
    words: Sequence[str], target: str, language: str, *, is_case_sensitive: bool
) -> list[Hit]:
    entries = [Entry(word, is_case_sensitive) for word in words]
    return TermIndex(entries, language).find(target) if entries else []


def _spans(hits: Iterable[Hit]) -> tuple[tuple[int, int], ...]:
    return tuple((hit.start, hit.end) for hit in hits)
