"""From a unit of a file to its segments, and back."""

import re
from collections.abc import Iterable, Iterator, Sequence

from webapp.workspace.formats.unit import Translation, Unit, UnitState
from webapp.workspace.models import Document, Segment
from webapp.workspace.segmentation import Segmenter, segment_margins

State, Origin = Segment.State, Segment.Origin

_STATES = {
    UnitState.EMPTY: State.EMPTY,
    UnitState.FUZZY: State.PRETRANSLATED,  # there is a text, and it needs a person
    UnitState.TRANSLATED: State.EDITED,
    UnitState.APPROVED: State.REVIEWED,
}
_UNIT_STATES = {state: unit_state for unit_state, state in _STATES.items()}
_UNIT_STATES[State.REJECTED] = UnitState.FUZZY
# From the least to the most: a unit is as far as the last of its parts.
_ORDER = (UnitState.EMPTY, UnitState.FUZZY, UnitState.TRANSLATED, UnitState.APPROVED)
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W\d_]+[\w'’-]*")


def segments_of(
    units: Iterable[Unit], *, document: Document, segmenter: Segmenter
) -> Iterator[Segment]:
    """Of all that can be translated, in order, not saved.

    Raises SrxError where the rules of `segmenter` take too long.
    """
    position = 0
    for unit in units:
        if not unit.is_translatable:
            continue
        for segment in _segments(unit, document, segmenter):
            segment.position = position
            position += 1
            yield segment


def _segments(unit: Unit, document: Document, segmenter: Segmenter) -> list[Segment]:
    if not unit.is_prose or unit.target:
        return [_segment(unit, document, 0, unit.source)]
    pieces = _sentences(unit.source, document.source_language, segmenter)
    return [_segment(unit, document, part, piece) for part, piece in enumerate(pieces)]


def _sentences(text: str, language: str, segmenter: Segmenter) -> list[str]:
    """Pieces that joined are the text, each with something to translate."""
    whole: list[str] = []
    for piece in segmenter.split(text, language):
        if whole and (not piece.strip() or not whole[-1].strip()):
            whole[-1] += piece
        else:
            whole.append(piece)
    return whole or [text]


def _segment(unit: Unit, document: Document, part: int, piece: str) -> Segment:
    lead, source, trail = segment_margins(piece)
    target = segment_margins(unit.target)[1]
    state = _STATES[unit.state] if target else State.EMPTY
    return Segment(
        document=document,
        unit=unit.key,
        part=part,
        plural=unit.plural.category if unit.plural else "",
        plural_group=unit.plural.group if unit.plural else "",
        plural_examples=list(unit.plural.examples) if unit.plural else [],
        lead=lead,
        source=source,
        trail=trail,
        target=target,
        imported_target=target,
        state=state,
        origin=Origin.IMPORT if target else Origin.NONE,
        context=unit.context,
        notes=unit.note,
        location=unit.location,
        max_length=unit.max_length,
        placeholders=str(unit.placeholders),
        codes=[code for code in unit.codes if code in source],
    )


def translation_of(segments: Sequence[Segment], *, least: str) -> Translation | None:
    """What a unit's segments say together. None: the file keeps what it has.

    Of a segment that is not as far as the state `least`, the file's own text stays.
    """
    counted = [_counts(segment, least) for segment in segments]
    texts = [
        segment.target if counts else segment.imported_target
        for segment, counts in zip(segments, counted, strict=True)
    ]
    had_text = any(segment.imported_target for segment in segments)
    if not any(counted) or not (any(texts) or had_text):
        return None
    is_whole = all(counted) and all(segment.target for segment in segments)
    if had_text and len(segments) > 1 and any(texts) and not is_whole:
        return None  # cut by hand: nobody knows which half of the file's text is whose
    if not any(texts):
        return Translation("", UnitState.EMPTY)
    joined = "".join(
        f"{segment.lead}{text or segment.source}{segment.trail}"
        for segment, text in zip(segments, texts, strict=True)
    )
    states = [
        _UNIT_STATES[State(segment.state)] if segment.target else UnitState.FUZZY
        for segment in segments
    ]
    return Translation(joined, min(states, key=_ORDER.index))


def _counts(segment: Segment, least: str) -> bool:
    """An empty one does: somebody took its text out."""
    if segment.state == State.EMPTY:
        return True
    reached = _ORDER.index(_UNIT_STATES[State(segment.state)])
    return reached >= _ORDER.index(_UNIT_STATES[State(least)])


def words_count(text: str) -> int:
    """As translators count: words, and characters where words have no spaces.

    >>> words_count("Don't panic 2 times"), words_count("法国的首都")
    (3, 5)
    """
    return len(_WORD.findall(text))
