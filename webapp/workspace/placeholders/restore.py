"""Put placeholders back where a model left their masks; never accept a broken result.

>>> masked = mask("Delete %s from {folder}?")
>>> restore(masked, "从[X1X]中删除[ x0x ]？").text
'从{folder}中删除%s？'
>>> restore(masked, "Supprimer [X0X] de [X1 ?").text
'Supprimer %s de {folder} ?'
>>> restore(masked, "Löschen?").lost
('%s', '{folder}')
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from webapp.workspace.placeholders.alignment import Alignment
from webapp.workspace.placeholders.find import placeholders_find
from webapp.workspace.placeholders.marks import Mark, marks_place, marks_read
from webapp.workspace.placeholders.mask import Masked, mask
from webapp.workspace.placeholders.order import order_mend
from webapp.workspace.placeholders.patterns import has_torn_mask

__all__ = ["Restored", "mask", "restore"]


@dataclass(frozen=True, slots=True)
class Restored:
    """text: None where it stayed broken: then `lost`, `added` or `is_crossed` say why.

    is_mended: the model had lost, doubled or crossed something; look at it twice.
    """

    text: str | None
    is_mended: bool = False
    lost: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    is_crossed: bool = False


def restore(
    masked: Masked, translation: str, alignment: Alignment | None = None
) -> Restored:
    """Each placeholder of the source exactly once and well nested, or no text.

    `alignment` is of `masked.text` to `translation`; with it what was lost is put where
    its neighbours went.
    """
    is_torn_read = bool(masked.hidden) and not has_torn_mask(masked.text)
    marks = marks_read(translation, len(masked.hidden), is_torn_read=is_torn_read)
    known = {mark.number for mark in marks}
    lost = [number for number in range(len(masked.hidden)) if number not in known]
    if lost and alignment is None:
        return Restored(None, lost=tuple(masked.hidden[n].text for n in lost))
    if lost and alignment is not None:
        marks = marks_place(lost, marks, masked, translation, alignment)
    numbers = [mark.number for mark in marks if mark.number is not None]
    ordered = order_mend(numbers, masked.hidden)
    if ordered is None:
        return Restored(None, is_crossed=True)
    text = _filled(masked, translation, _renumbered(marks, ordered))
    is_torn = any(mark.is_torn for mark in marks)
    is_mended = bool(lost) or None in known or is_torn or ordered != numbers
    return _checked(masked, text, is_mended=is_mended)


def _renumbered(marks: Sequence[Mark], ordered: Sequence[int]) -> list[Mark]:
    rest = iter(ordered)
    return [
        mark if mark.number is None else replace(mark, number=next(rest))
        for mark in marks
    ]


def _filled(masked: Masked, translation: str, marks: Sequence[Mark]) -> str:
    parts = [masked.head]
    at = 0
    for mark in marks:
        parts.append(translation[at : mark.start])
        if mark.number is not None:
            words = masked.hidden[mark.number].text
            parts += (" " * mark.space_before, words, " " * mark.space_after)
        at = mark.end
    parts += (translation[at:], masked.tail)
    return "".join(parts)


def _checked(masked: Masked, text: str, *, is_mended: bool) -> Restored:
    """What the model wrote beside the masks may look like a placeholder, too."""
    expected, found = (
        Counter(each.text for each in placeholders_find(words, masked.codes))
        for words in (masked.source, text)
    )
    lost, added = expected - found, found - expected
    if lost or added:
        return Restored(
            None, lost=tuple(lost.elements()), added=tuple(added.elements())
        )
    return Restored(text, is_mended=is_mended)
