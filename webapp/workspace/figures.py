"""How the work of a project goes: for all of it, and for each person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER

from webapp.accounts.models import User
from webapp.workspace.models import Project, Segment, SegmentRevision
from webapp.workspace.unit_segments import words_count

MOST_COMPARED = 2_000  # the newest, of all people: comparing takes a millisecond each
_UNSPACED = ("ja", "ko", "th", "zh")

State, Origin = Segment.State, Segment.Origin


@dataclass(frozen=True, slots=True)
class Compared:
    """Machine texts against what people made of them. None: there were none.

    ter: edits in 100 words of the final text, so 0 is untouched. chrf: chrF++, 100 is
    untouched.
    """

    count: int = 0
    untouched: int = 0
    ter: float | None = None
    chrf: float | None = None

    @property
    def untouched_percent(self) -> float | None:
        return 100 * self.untouched / self.count if self.count else None


@dataclass(frozen=True, slots=True)
class Figures:
    person: User | None  # None: everybody
    segments: int
    words: int
    reviewed: int  # approved or rejected by them
    hours: float
    compared: Compared

    @property
    def words_an_hour(self) -> float | None:
        return self.words / self.hours if self.hours >= 1 / 60 else None


def project_figures(*, project: Project, days: int | None = None) -> Figures:
    return _figures(project, _since(days), None)


def people_figures(*, project: Project, days: int | None = None) -> list[Figures]:
    """Of everybody who did something, the most words first."""
    since = _since(days)
    worked = _revisions(project, since).values_list("person_id", flat=True)
    people = User.objects.filter(pk__in=set(worked) - {None})
    most = MOST_COMPARED // max(1, len(people))
    figures = (_figures(project, since, person, most=most) for person in people)
    return sorted(figures, key=lambda one: (-one.words, str(one.person)))


def _since(days: int | None) -> datetime | None:
    return timezone.now() - timedelta(days=days) if days else None


def _figures(
    project: Project,
    since: datetime | None,
    person: User | None,
    *,
    most: int = MOST_COMPARED,
) -> Figures:
    done = _done(project, since, person)
    revisions = _revisions(project, since)
    if person is not None:
        revisions = revisions.filter(person=person)
    sums = revisions.aggregate(
        seconds=Sum("seconds"),
        reviewed=Count(
            "pk", filter=Q(after_state__in=[State.REVIEWED, State.REJECTED])
        ),
    )
    sources = [source for source, _target, _machine, _tag in done]
    return Figures(
        person=person,
        segments=len(done),
        words=sum(map(words_count, sources)),
        reviewed=sums["reviewed"],
        hours=(sums["seconds"] or 0.0) / 3600,
        compared=compare(
            [(m, target, tag) for _s, target, m, tag in done if m], most=most
        ),
    )


def _done(
    project: Project, since: datetime | None, person: User | None
) -> list[tuple[str, str, str, str]]:
    """Source, target, machine text and language of what people finished, newest
    first."""
    rows = Segment.objects.filter(
        document__project=project,
        document__deleted_at=None,
        state__in=Segment.DONE,
        edited_by__isnull=False,
    )
    if person is not None:
        rows = rows.filter(edited_by=person)
    if since is not None:
        rows = rows.filter(edited_at__gte=since)
    columns = ("source", "target", "machine_text", "document__target_language")
    return list(rows.order_by("-edited_at").values_list(*columns))


def _revisions(project: Project, since: datetime | None) -> QuerySet[SegmentRevision]:
    rows = SegmentRevision.objects.filter(
        segment__document__project=project,
        segment__document__deleted_at=None,
        person__isnull=False,
    )
    return rows if since is None else rows.filter(created_at__gte=since)


def compare(
    texts: Sequence[tuple[str, str, str]], *, most: int = MOST_COMPARED
) -> Compared:
    """Machine text, final text and its language; scored are the first `most`."""
    if not texts:
        return Compared()
    newest = texts[: max(1, most)]
    return Compared(
        count=len(texts),
        untouched=sum(machine == final for machine, final, _tag in texts),
        ter=_ter(newest),
        chrf=_chrf(newest),
    )


def _ter(texts: Iterable[tuple[str, str, str]]) -> float:
    """One number over all, whatever the languages: edits over words."""
    edits, words = 0.0, 0.0
    for is_asian in (False, True):
        metric = TER(asian_support=is_asian, normalized=is_asian)
        for machine, final, tag in texts:
            if (tag.split("-")[0] in _UNSPACED) == is_asian:
                score = metric.sentence_score(machine, [final])
                edits, words = edits + score.num_edits, words + score.ref_length
    return 100 * edits / words if words else 0.0


def _chrf(texts: Sequence[tuple[str, str, str]]) -> float:
    machine = [text for text, _final, _tag in texts]
    final = [text for _machine, text, _tag in texts]
    return float(CHRF(word_order=2).corpus_score(machine, [final]).score)
