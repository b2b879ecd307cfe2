"""Where in a translation placeholders are put in, and what goes for it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from webapp.workspace.placeholders.alignment import Alignment, gap_between, image_of
from webapp.workspace.placeholders.mask import Masked
from webapp.workspace.placeholders.patterns import MASK, TORN_MASK, mask_number

# Between words, and anywhere in scripts that write no spaces.
_UNSPACED = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_GAP = re.compile(rf"(?<!\w)(?=\w)|(?<=\w)(?!\w)|(?<=[{_UNSPACED}])|(?=[{_UNSPACED}])")


@dataclass(frozen=True, slots=True)
class Mark:
    """Takes the place of `start` to `end`. number: None for what is only left out."""

    start: int
    end: int
    number: int | None
    space_before: bool = False
    space_after: bool = False
    is_torn: bool = False


def marks_read(translation: str, count: int, *, is_torn_read: bool) -> list[Mark]:
    """Of each mask; a second one of a number, or one of no number, is left out.

    is_torn_read: so is what is left of a mask that was spelled wrong, unless it tells
    which of the others it was.
    """
    marks = _whole(translation, count)
    if is_torn_read:
        marks += _torn(translation, count, marks)
    return sorted(marks, key=lambda mark: mark.start)


def _whole(translation: str, count: int) -> list[Mark]:
    known: set[int] = set()
    marks: list[Mark] = []
    for match in MASK.finditer(translation):
        number, (start, end) = mask_number(match[0]), match.span()
        if number < count and number not in known:
            known.add(number)
            marks.append(Mark(start, end, number))
        else:
            marks.append(Mark(*_with_space(translation, start, end), None))
    return marks


def _torn(translation: str, count: int, whole: Sequence[Mark]) -> list[Mark]:
    found = [
        match
        for match in TORN_MASK.finditer(translation)
        if not any(m.start < match.end() and match.start() < m.end for m in whole)
    ]
    lost = set(range(count)) - {mark.number for mark in whole}
    marks: list[Mark] = []
    for match in found:
        figures = "".join(filter(str.isdecimal, match[0]))
        number = int(figures) if figures else None
        if number is None and len(found) == len(lost) == 1:
            [number] = lost
        if number in lost:
            lost.discard(number)
            marks.append(Mark(*match.span(), number, is_torn=True))
        else:
            span = _with_space(translation, *match.span())
            marks.append(Mark(*span, None, is_torn=True))
    return marks


def _with_space(translation: str, start: int, end: int) -> tuple[int, int]:
    """With one of the two spaces around it, or the one before a full stop."""
    before, after = translation[:start][-1:], translation[end : end + 1]
    if before == " " and not (after == "[" or _is_word(after)):
        return start - 1, end
    return start, end + (before == "" and after == " ")


def marks_place(
    lost: Sequence[int],
    marks: Sequence[Mark],
    masked: Masked,
    translation: str,
    alignment: Alignment,
) -> list[Mark]:
    """`marks`, and those of lost numbers where their neighbours or insides went."""
    gaps = [
        match.start()
        for match in _GAP.finditer(translation)
        if not any(mark.start < match.start() < mark.end for mark in marks)
    ] or [len(translation)]
    placed = [
        _pair_mark(number, masked, gaps, alignment)
        or _alone_mark(number, masked, gaps, translation, alignment)
        for number in lost
    ]
    return sorted(
        [*marks, *placed], key=lambda mark: (mark.start, mark.end, mark.number or 0)
    )


def _pair_mark(
    number: int, masked: Masked, gaps: list[int], alignment: Alignment
) -> Mark | None:
    """Around what the words between the two became."""
    partner = masked.hidden[number].partner
    if partner is None:
        return None
    first, last = sorted((number, partner))
    image = image_of(alignment, (masked.spans[first][1], masked.spans[last][0]))
    if image is None:
        return None
    edge = image[0] if number == first else image[1]
    place = min(gaps, key=lambda gap: abs(gap - edge))
    return Mark(place, place, number)


def _alone_mark(
    number: int,
    masked: Masked,
    gaps: list[int],
    translation: str,
    alignment: Alignment,
) -> Mark:
    """With spaces where the source has them."""
    start, end = masked.spans[number]
    place = gap_between(alignment, (start, end), gaps)
    return Mark(
        place,
        place,
        number,
        space_before=_is_word(translation[:place][-1:])
        and masked.text[:start][-1:] in ("", " "),
        space_after=_is_word(translation[place : place + 1])
        and masked.text[end : end + 1] in ("", " "),
    )


def _is_word(character: str) -> bool:
    return character.isalnum() and not re.match(f"[{_UNSPACED}]", character)
