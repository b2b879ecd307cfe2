"""What people have translated is remembered for the next time."""

from collections.abc import Sequence
from datetime import datetime

from webapp.accounts.models import User
from webapp.workspace.memory.add import (
    Remembered,
    Shelf,
    entries_add,
    entries_take_back,
)
from webapp.workspace.memory.services import MAX_ORIGIN_CHARS
from webapp.workspace.models import Document, Segment
from webapp.workspace.neighbours import sources_around


def segments_remember(
    *, document: Document, segments: Sequence[Segment], person: User
) -> None:
    """In the transaction of the caller, who saved them."""
    spoken = [segment for segment in segments if segment.target.strip()]
    if not spoken:
        return
    entries_add(_shelf(document, person), _pairs(document, spoken))


def segments_forget(
    *,
    document: Document,
    segments: Sequence[Segment],
    person: User | None,
    since: datetime,
) -> None:
    """What `person` let the memory know of them since then is taken back."""
    if segments:
        pairs = _pairs(document, segments)
        entries_take_back(_shelf(document, person), pairs, since=since)


def _shelf(document: Document, person: User | None) -> Shelf:
    return Shelf(
        team=document.project.team,
        source_language=document.source_language,
        target_language=document.target_language,
        project=document.project,
        person=person,
        origin=document.name[:MAX_ORIGIN_CHARS],
    )


def _pairs(document: Document, segments: Sequence[Segment]) -> list[Remembered]:
    places = zip(segments, sources_around(document, segments), strict=True)
    return [
        Remembered(segment.source, segment.target, before, after)
        for segment, (before, after) in places
    ]
