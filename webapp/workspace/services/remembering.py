"""What people have translated is remembered for the next time."""

from collections.abc import Sequence

from webapp.accounts.models import User
from webapp.workspace.memory.add import Remembered, Shelf, entries_add
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
    shelf = Shelf(
        team=document.project.team,
        source_language=document.source_language,
        target_language=document.target_language,
        project=document.project,
        person=person,
        origin=document.name[:MAX_ORIGIN_CHARS],
    )
    places = zip(spoken, sources_around(document, spoken), strict=True)
    entries_add(
        shelf,
        [
            Remembered(segment.source, segment.target, before, after)
            for segment, (before, after) in places
        ],
    )
