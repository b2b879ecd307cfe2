"""What stands before and after a segment in its document."""

from collections.abc import Sequence

from webapp.workspace.models import Document, Segment

_MANY = 100  # segments: from here on one look at the whole document is cheaper

Around = tuple[str, str]


def sources_around(document: Document, segments: Sequence[Segment]) -> list[Around]:
    """Of each the sources before and after it, empty at the document's ends."""
    rows = document.segments.all()
    if len(segments) <= _MANY:
        places = {segment.position + step for segment in segments for step in (-1, 1)}
        rows = rows.filter(position__in=places)
    sources = dict(rows.values_list("position", "source"))
    return [
        (
            sources.get(segment.position - 1, ""),
            sources.get(segment.position + 1, ""),
        )
        for segment in segments
    ]
