"""Keeps machine translations going: takes in what has ended, and starts what is next.

Everything stands in the rows, and one turn of one run is one transaction that holds the
run's row. So it matters to nobody which process takes a turn, whether two do at once,
or whether one dies in it.

A turn takes as many statements for a hundred segments as for one, and none that looks
at the whole document.
"""

import logging
import uuid
from collections.abc import Sequence
from functools import cached_property

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from webapp.generation.models import Generation
from webapp.generation.quota import QuotaError, queue_room
from webapp.generation.services import generations_start
from webapp.workspace.hints import document_change
from webapp.workspace.live.here import segments_on_view
from webapp.workspace.machine.collect import Desk, segment_collect, text_keep
from webapp.workspace.machine.models_known import Crew, crew_now
from webapp.workspace.machine.plural_forms import PluralForms
from webapp.workspace.machine.prompt import ask, memory_matches
from webapp.workspace.machine.runs import pump_soon, run_end_cancelled
from webapp.workspace.models import Segment, TranslationRun
from webapp.workspace.permissions import Action, role_in
from webapp.workspace.placeholders import mask
from webapp.workspace.services.writing_many import SegmentWrites
from webapp.workspace.terms.glossary import glossary_get

log = logging.getLogger(__name__)

# Generations for each slot: one is written, two wait beside it in the worker, and one
# in the database, for as long as a turn takes.
AHEAD = 4
FEWEST, MOST = 4, 128  # in flight for all runs together
COLLECT_AT_ONCE = 100
# Long columns of a generation that a segment does not keep.
UNREAD = tuple(
    f"generation__{name}"
    for name in (
        "messages",
        "prompt_token_ids",
        "prefix_token_ids",
        "output_token_ids",
        "alternatives",
    )
)
MOST_PASSES = 20  # of one turn, where much needs no model
_RELATED = ("document__project__team", "person", "operation")

Machine, State = Segment.Machine, TranslationRun.State
MAY_NOT, QUOTA = "rights", "quota"


def runs_are_busy() -> bool:
    """Some segments are being written, and others wait for their turn."""
    segments = Segment.objects.filter(run__state=State.RUNNING)
    machines = (Machine.RUNNING, Machine.WAITING)
    return all(segments.filter(machine=machine).exists() for machine in machines)


def runs_pump() -> int:
    """A turn for each open run. How many there are."""
    open_runs = TranslationRun.objects.filter(state__in=TranslationRun.OPEN)
    ids = list(open_runs.order_by("created_at").values_list("pk", flat=True))
    for run_id in ids:
        try:
            run_pump(run_id=run_id, num_runs=len(ids))
        except Exception:  # one that cannot go on must not keep the others
            log.exception("the turn of run %s failed", run_id)
    return len(ids)


@transaction.atomic
def run_pump(*, run_id: uuid.UUID, num_runs: int = 1) -> None:
    """One turn."""
    runs = TranslationRun.objects.filter(pk=run_id, state__in=TranslationRun.OPEN)
    run = runs.select_for_update(of=("self",)).select_related(*_RELATED).first()
    if run is None:
        return
    turn = _Turn(run)
    if turn.document.deleted_at or turn.document.project.deleted_at:
        run_end_cancelled(run)
        return
    turn.collect()
    if run.state == State.RUNNING and turn.may_go_on():
        turn.start(num_runs)
    turn.end()


class _Turn:
    def __init__(self, run: TranslationRun) -> None:
        self.run = run
        self.document = run.document
        self._number: int | None = None

    @property
    def number(self) -> int:
        """Of the change; a turn that changes nothing takes none."""
        if self._number is None:
            self._number = document_change(self.document.pk)
        return self._number

    @cached_property
    def desk(self) -> Desk:
        document = self.document
        return Desk(
            run=self.run,
            number=self.number,
            glossary=glossary_get(document.project, document.target_language),
            forms=PluralForms(document),
            writes=SegmentWrites(),
        )

    def collect(self) -> None:
        """In the document's order, so that a page sees them come in order."""
        running = self.run.segments.filter(machine=Machine.RUNNING)
        is_over = Q(generation=None) | Q(generation__status__in=Generation.TERMINAL)
        ended = running.filter(is_over).order_by("position")
        ids = list(ended.values_list("pk", flat=True)[:COLLECT_AT_ONCE])
        if not ids:
            return
        desk = self.desk
        rows = Segment.objects.select_related("generation").defer(*UNREAD)
        segments = self._locked(ids, rows)
        desk.forms.read(segments)
        for segment in segments:
            segment_collect(desk, segment)
        desk.writes.flush()

    def _locked(
        self, ids: Sequence[int], rows: QuerySet[Segment] | None = None
    ) -> list[Segment]:
        """As they are now that the change has a number: from here on nobody else
        changes the document."""
        assert self._number is not None
        rows = Segment.objects.all() if rows is None else rows
        found = rows.filter(pk__in=ids).select_for_update(of=("self",))
        by_id = {segment.pk: segment for segment in found}
        segments = [by_id[pk] for pk in ids if pk in by_id]
        for segment in segments:
            segment.document = self.document
        return segments

    def may_go_on(self) -> bool:
        """Whoever started it may have left since."""
        person = self.run.person
        role = role_in(person=person, project=self.document.project) if person else None
        if role not in Action.TRANSLATE.value:
            self._pause(MAY_NOT)
            return False
        return True

    def start(self, num_runs: int) -> None:
        """As many as there is room for; what needs no model takes none."""
        crew = crew_now(self.run.model)
        room = self._room(crew, num_runs)
        asked: list[Segment] = []
        looked_at: list[int] = []
        for _pass in range(MOST_PASSES):
            chosen = self._next(room - len(asked), besides=looked_at)
            if not chosen:
                break
            looked_at += [segment.pk for segment in chosen]
            asked += self._without_model(chosen)
        if asked:
            self._ask(asked, crew)
        if looked_at:
            self.desk.writes.flush()

    def end(self) -> None:
        """What it came to."""
        left = self.run.segments.filter(machine__in=[Machine.WAITING, Machine.RUNNING])
        if self.run.state == State.RUNNING and not left.exists():
            self.run.state, self.run.finished_at = State.DONE, timezone.now()
            self._tell()
        if self._number is None:
            return
        self.run.save(
            update_fields=["state", "reason", "done", "failed", "finished_at"]
        )
        if self.run.operation is not None:
            self.run.operation.save(update_fields=["count"])
        is_idle = not left.filter(machine=Machine.RUNNING).exists()
        if self.run.state == State.RUNNING and is_idle:
            pump_soon()  # no end of a generation will tell it to go on

    def _pause(self, code: str) -> None:
        self.run.state, self.run.reason = State.PAUSED, {"code": code}
        self._tell()

    def _tell(self) -> None:
        """Take a number, so that pages hear of what became of the run."""
        self._number = self.number

    def _room(self, crew: Crew, num_runs: int) -> int:
        """Enough to keep all slots busy, and no more than the queue bears."""
        wanted = min(max(FEWEST, AHEAD * crew.slots), MOST) // max(1, num_runs)
        running = self.run.segments.filter(machine=Machine.RUNNING).count()
        return max(0, min(max(1, wanted) - running, queue_room()))

    def _next(self, count: int, *, besides: Sequence[int]) -> list[Segment]:
        """What people look at first, then in the document's order."""
        if count <= 0:
            return []
        waiting = self.run.segments.filter(machine=Machine.WAITING)
        waiting = waiting.exclude(pk__in=besides).order_by("position")
        ids = waiting.values_list("pk", flat=True)
        chosen = list(ids.filter(pk__in=self.seen)[:count]) if self.seen else []
        if len(chosen) < count:
            chosen += ids.exclude(pk__in=chosen)[: count - len(chosen)]
        if not chosen:
            return []
        self._tell()
        return self._locked(chosen)

    @cached_property
    def seen(self) -> set[int]:
        return segments_on_view(document_id=self.document.pk)

    def _without_model(self, segments: Sequence[Segment]) -> list[Segment]:
        """Those that have to be asked; the others are done."""
        matches = {}
        if self.document.project.uses_memory:
            # Whoever asks again for what has a text wants another one.
            empty = [one for one in segments if one.state == Segment.State.EMPTY]
            matches = memory_matches(self.document, empty)
        self.desk.forms.read(segments)
        asked = []
        for segment in segments:
            if segment.pk in matches:
                self._keep(segment, matches[segment.pk], Segment.Origin.MEMORY)
            elif not mask(segment.source, segment.codes).has_words:
                self._keep(segment, segment.source, Segment.Origin.SOURCE)
            else:
                asked.append(segment)
        return asked

    def _keep(self, segment: Segment, text: str, origin: str) -> None:
        text_keep(self.desk, segment, text, origin, {"recipe": {"origin": origin}})

    def _ask(self, segments: Sequence[Segment], crew: Crew) -> None:
        assert self.run.person is not None, "may_go_on has seen them"
        glossary = self.desk.glossary
        asking = [ask(segment, self.run, crew, glossary) for segment in segments]
        try:
            generations = generations_start(
                person=self.run.person,
                team=self.document.project.team,
                purpose=Generation.Purpose.TRANSLATION,
                queue=Generation.Queue.BATCH,
                model=self.run.model,
                prompts=[each.prompt for each in asking],
            )
        except QuotaError:
            self._pause(QUOTA)
            return
        started = zip(segments, asking, generations, strict=True)
        for segment, each, generation in started:
            self.desk.set(
                segment,
                machine=Machine.RUNNING,
                generation=generation,
                recipe=each.recipe,
            )
