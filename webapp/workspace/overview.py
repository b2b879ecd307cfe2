"""Projects and documents as the pages list them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet

from webapp.accounts.models import User
from webapp.workspace.file_words import file_message
from webapp.workspace.import_progress import progress_get
from webapp.workspace.models import Document, Project, Segment, TranslationRun
from webapp.workspace.row_types import RunRow
from webapp.workspace.rows import run_row
from webapp.workspace.selectors import document_list, project_list
from webapp.workspace.shares import Share, shares

State = Document.State
Counts = Mapping[str, int]  # of segments, by their state


@dataclass(frozen=True, slots=True)
class _Line:
    counts: Counts = field(default_factory=dict)
    num_waiting: int = 0  # for a review by the person who looks

    @property
    def num_segments(self) -> int:
        return sum(self.counts.values())

    @property
    def num_done(self) -> int:
        return sum(self.counts.get(state, 0) for state in Segment.DONE)

    @property
    def percent(self) -> int:
        return 100 * self.num_done // self.num_segments if self.num_segments else 0

    @property
    def shares(self) -> list[Share]:
        return shares(self.counts)


@dataclass(frozen=True, slots=True)
class ProjectLine(_Line):
    project: Project = field(kw_only=True)
    num_documents: int = 0


@dataclass(frozen=True, slots=True)
class DocumentLine(_Line):
    document: Document = field(kw_only=True)
    run: RunRow | None = None  # an open one
    num_failed: int = 0  # segments of which a model made nothing

    @property
    def num_empty(self) -> int:
        return self.counts.get(Segment.State.EMPTY, 0)

    @property
    def is_startable(self) -> bool:
        """Something is empty, and no model is at it."""
        is_ready = self.document.state == State.READY
        return is_ready and self.run is None and self.num_empty > 0

    @property
    def is_busy(self) -> bool:
        """Its page has to look again soon."""
        return self.run is not None or self.document.state == State.IMPORTING

    @property
    def error(self) -> str:
        """Why it could not be read, in the active language."""
        error = self.document.error
        return file_message(error["code"], error) if error else ""

    @property
    def percent_read(self) -> int:
        if self.document.state != State.IMPORTING:
            return 100
        return round(100 * progress_get(self.document.pk))


def project_lines(*, person: User) -> list[ProjectLine]:
    alive = Q(documents__deleted_at=None)
    projects = project_list(person=person).annotate(
        num_documents=Count("documents", filter=alive)
    )
    segments = Segment.objects.filter(
        document__project__in=projects.values("pk"), document__deleted_at=None
    )
    counts = _counts(segments, by="document__project")
    waiting = _waiting(segments, person, by="document__project")
    return [
        ProjectLine(
            project=project,
            num_documents=project.num_documents,
            counts=counts[project.pk],
            num_waiting=waiting[project.pk],
        )
        for project in projects.order_by("team__name", "team", "name", "pk")
    ]


def document_lines(*, project: Project, person: User) -> list[DocumentLine]:
    documents = list(document_list(project=project))
    segments = Segment.objects.filter(document__in=documents)
    counts = _counts(segments, by="document")
    waiting = _waiting(segments, person, by="document")
    runs = _open_runs(documents)
    failed = _failed(segments)
    return [
        DocumentLine(
            document=document,
            counts=counts[document.pk],
            num_waiting=waiting[document.pk],
            run=run_row(runs.get(document.pk)),
            num_failed=failed[document.pk],
        )
        for document in documents
    ]


def _open_runs(documents: Iterable[Document]) -> dict[object, TranslationRun]:
    runs = TranslationRun.objects.filter(
        document__in=documents, state__in=TranslationRun.OPEN
    )
    return {run.document_id: run for run in runs}


def _counts(segments: QuerySet[Segment], *, by: str) -> dict[Any, dict[str, int]]:
    counts: dict[Any, dict[str, int]] = defaultdict(dict)
    rows = segments.values_list(by, "state").annotate(Count("pk")).order_by()
    for key, state, count in rows:
        counts[key][state] = count
    return counts


def _failed(segments: QuerySet[Segment]) -> defaultdict[Any, int]:
    failed = segments.filter(machine=Segment.Machine.FAILED).values_list("document")
    return defaultdict(int, failed.annotate(Count("pk")).order_by())


def _waiting(
    segments: QuerySet[Segment], person: User, *, by: str
) -> defaultdict[Any, int]:
    """What others edited, and the person's own where they may approve it."""
    others = Q(edited_by=None) | ~Q(edited_by=person)
    rows = segments.filter(
        others | Q(document__project__may_approve_own=True), state=Segment.State.EDITED
    )
    return defaultdict(int, rows.values_list(by).annotate(Count("pk")).order_by())
