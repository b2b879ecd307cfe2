"""Changes of many segments, written together."""

from collections.abc import Sequence
from typing import Any

from webapp.workspace.models import Segment, SegmentRevision
from webapp.workspace.services.writing import Change, change_take

_BATCH = 200


class SegmentWrites:
    """What a transaction makes of segments that it has read and locked.

    Each is changed in memory at once, and all of them in the database by `flush`: two
    statements for however many.
    """

    def __init__(self) -> None:
        self._segments: dict[int, Segment] = {}
        self._columns: set[str] = set()
        self._revisions: list[SegmentRevision] = []

    def write(self, segment: Segment, change: Change, *, number: int) -> None:
        """A new version. `number` is that of the document's change."""
        revision, columns = change_take(segment, change, number)
        self._revisions.append(revision)
        self._remember(segment, columns)

    def set(self, segment: Segment, *, number: int, **columns: Any) -> None:
        """Beside the text: its version stays."""
        values = {"change": number, **columns}
        for name, value in values.items():
            setattr(segment, name, value)
        self._remember(segment, values)

    def flush(self) -> None:
        segments, self._segments = list(self._segments.values()), {}
        columns, self._columns = self._columns, set()
        revisions, self._revisions = self._revisions, []
        if revisions:
            SegmentRevision.objects.bulk_create(revisions, batch_size=_BATCH)
        if segments:
            # An upsert of rows that are there: one statement for many, where an UPDATE
            # would carry a condition for each row and column.
            Segment.objects.bulk_create(
                segments,
                batch_size=_BATCH,
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=sorted(columns),
            )

    def _remember(self, segment: Segment, columns: Any) -> None:
        self._segments[segment.pk] = segment
        self._columns |= set(columns)


def segments_write(*, changes: Sequence[tuple[Segment, Change]], number: int) -> None:
    """Many at once, which the transaction has read and locked."""
    writes = SegmentWrites()
    for segment, change in changes:
        writes.write(segment, change, number=number)
    writes.flush()
