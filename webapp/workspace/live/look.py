"""What of a document changed since somebody looked: read once for all who watch."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone, translation

from webapp.workspace.live.here import here_list
from webapp.workspace.machine.prompt import masked_of
from webapp.workspace.models import Comment, Document, Segment, TranslationRun
from webapp.workspace.placeholders import Masked
from webapp.workspace.protocol import Presence, ServerFrame
from webapp.workspace.rows import (
    comment_rows,
    counts_of,
    person_row,
    row_of,
    rows_since,
    run_row,
)
from webapp.workspace.selectors import run_last

MOST_ROWS = 500  # more changed at once: pages read anew what they show


@dataclass(frozen=True, slots=True)
class Written:
    """A segment that a model is writing."""

    generation_id: str
    masked: Masked


@dataclass(frozen=True, slots=True)
class Look:
    change: int
    segments: Sequence[Segment]
    is_much: bool  # too much to tell row by row
    is_restructured: bool
    talks: Sequence[int]  # segments with new or settled comments
    running: Mapping[int, Written]
    run: TranslationRun | None
    counts: Mapping[str, int]

    def frames(self, language: str) -> list[ServerFrame]:
        """In the language of a reader."""
        with translation.override(language):
            return [*self._rows(), *self._talks(), self._progress()]

    def progress_frame(self, language: str) -> ServerFrame:
        with translation.override(language):
            return self._progress()

    def _rows(self) -> list[ServerFrame]:
        if self.is_restructured:
            return [{"type": "structure", "change": self.change}]
        if self.is_much:
            return [{"type": "reload"}]
        if not self.segments:
            return []
        rows = [row_of(segment) for segment in self.segments]
        return [{"type": "rows", "change": self.change, "rows": rows}]

    def _talks(self) -> list[ServerFrame]:
        return [
            {"type": "comments", "segment": id, "comments": comment_rows(id)}
            for id in self.talks
        ]

    def _progress(self) -> ServerFrame:
        return {
            "type": "progress",
            "run": run_row(self.run),
            "counts": dict(self.counts),
        }


def look(*, document_id: uuid.UUID, since: int) -> Look | None:
    """None: nothing changed, or the document is gone."""
    document = Document.objects.filter(pk=document_id, deleted_at=None).first()
    if document is None or document.change <= since:
        return None
    segments = rows_since(document, since, most=MOST_ROWS)
    return Look(
        change=document.change,
        segments=segments or [],
        is_much=segments is None,
        is_restructured=document.structure > since,
        talks=_talks(document, since),
        running=_running(document),
        run=run_last(document=document),
        counts=counts_of(document),
    )


def presence_look(*, document_id: uuid.UUID) -> Presence:
    """Everybody once for each segment they are at."""
    people = {
        (here.person_id, here.segment): here
        for here in here_list(document_id=document_id)
    }
    held = Segment.objects.filter(
        document=document_id,
        lock_holder__isnull=False,
        lock_expires_at__gt=timezone.now(),
    ).select_related("lock_holder")
    return {
        "type": "presence",
        "people": [
            {
                "person": {"id": here.person_id, "name": here.name},
                "segment": here.segment,
            }
            for here in people.values()
        ],
        "locks": [
            {"segment": segment.pk, "person": person}
            for segment in held.only("lock_holder").order_by("pk")
            if (person := person_row(segment.lock_holder))
        ],
    }


def _talks(document: Document, since: int) -> list[int]:
    comments = Comment.objects.filter(segment__document=document, change__gt=since)
    return sorted(set(comments.values_list("segment_id", flat=True)))


def _running(document: Document) -> dict[int, Written]:
    """Not those that are asked again, which may be part by part: a part alone says
    little."""
    rows = document.segments.filter(
        machine=Segment.Machine.RUNNING, generation__isnull=False, attempts=0
    )
    return {
        pk: Written(
            str(generation_id),
            masked_of(source, codes, is_bare=recipe.get("is_bare", False)),
        )
        for pk, generation_id, source, codes, recipe in rows.values_list(
            "pk", "generation_id", "source", "codes", "recipe"
        )
    }
