"""Machine translations of many segments: begun, paused, gone on with, cancelled."""

import uuid
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from webapp.accounts.models import User
from webapp.common.errors import ApplicationError, NotFoundError
from webapp.generation.dispatch import task_wake
from webapp.generation.models import Generation
from webapp.generation.services import generations_cancel
from webapp.workspace.hints import document_change
from webapp.workspace.machine.models_known import pair_check
from webapp.workspace.models import Document, Operation, Segment, TranslationRun
from webapp.workspace.permissions import Action
from webapp.workspace.selectors import document_get_ready
from webapp.workspace.services.projects import model_checked

PUMP_TASK = "workspace.pump"

State, Machine = TranslationRun.State, Segment.Machine


@transaction.atomic
def run_start(
    *,
    person: User,
    document_id: uuid.UUID,
    segment_ids: Sequence[int] | None = None,
    again: bool = False,
    model: str = "",
) -> TranslationRun:
    """Translate what is empty; with `again` also what only a machine translated; or the
    segments that are named. Those that a person wrote get a suggestion beside.

    What is started while a run is open joins it. Raises ApplicationError: not_ready,
    model_unknown, language, nothing.
    """
    document = document_get_ready(
        person=person, document_id=document_id, action=Action.TRANSLATE
    )
    model = model_checked(model or document.project.model)
    pair_check(
        model=model,
        source_language=document.source_language,
        target_language=document.target_language,
    )
    run = _open_run(document) or _run_begin(document, person, model)
    number = document_change(document.pk)
    count = _wait(_wanted(document, segment_ids, again=again), run, number)
    if not count:
        raise ApplicationError(_("There is nothing to translate."), code="nothing")
    run.total += count
    run.save(update_fields=["total"])
    _resume(run, person)
    return run


@transaction.atomic
def run_pause(*, person: User, document_id: uuid.UUID) -> TranslationRun:
    """Nothing more is begun; what is being written is finished."""
    run = _run_get(person, document_id)
    if run.state == State.RUNNING:
        run.state, run.reason = State.PAUSED, {}
        run.save(update_fields=["state", "reason"])
        document_change(document_id)
        _cancel(_generations(run).filter(first_token_at=None))
        pump_soon()
    return run


@transaction.atomic
def run_resume(*, person: User, document_id: uuid.UUID) -> TranslationRun:
    run = _run_get(person, document_id)
    document_change(document_id)
    if run.state == State.PAUSED:
        _resume(run, person)
    return run


@transaction.atomic
def run_cancel(*, person: User, document_id: uuid.UUID) -> TranslationRun:
    """At once: what is being written stops within a step, and is not kept."""
    run = _run_get(person, document_id)
    run_end_cancelled(run)
    return run


@transaction.atomic
def run_retry(*, person: User, document_id: uuid.UUID) -> TranslationRun:
    """Once more what failed."""
    failed = Segment.objects.filter(document=document_id, machine=Machine.FAILED)
    ids = list(failed.values_list("pk", flat=True))
    run = run_start(person=person, document_id=document_id, segment_ids=ids)
    return run


def run_end_cancelled(run: TranslationRun) -> None:
    """Inside a transaction that has locked the run."""
    if run.state not in TranslationRun.OPEN:
        return
    run.state, run.finished_at = State.CANCELLED, timezone.now()
    run.save(update_fields=["state", "finished_at"])
    number = document_change(run.document_id)
    running = list(_generations(run).values_list("pk", flat=True))
    run.segments.filter(machine__in=[Machine.WAITING, Machine.RUNNING]).update(
        machine=Machine.IDLE, change=number
    )
    generations_cancel(ids=running)


def pump_soon() -> None:
    """After the commit: the pump has something to do."""
    transaction.on_commit(lambda: task_wake(PUMP_TASK, expires=5.0))


def _run_get(person: User, document_id: uuid.UUID) -> TranslationRun:
    """The open one, locked."""
    document = document_get_ready(
        person=person, document_id=document_id, action=Action.TRANSLATE
    )
    run = _open_run(document)
    if run is None:
        raise NotFoundError(_("No machine translation is running here."))
    return run


def _open_run(document: Document) -> TranslationRun | None:
    runs = document.runs.filter(state__in=TranslationRun.OPEN)
    return runs.select_for_update(of=("self",)).first()


def _run_begin(document: Document, person: User, model: str) -> TranslationRun:
    """A new one, or the one that somebody began in this very moment."""
    try:
        with transaction.atomic():
            return _run_create(document, person, model)
    except IntegrityError:
        run = _open_run(document)
        if run is None:
            raise
        return run


def _run_create(document: Document, person: User, model: str) -> TranslationRun:
    operation = Operation.objects.create(
        document=document, person=person, kind=Operation.Kind.TRANSLATE
    )
    return TranslationRun.objects.create(
        document=document,
        person=person,
        model=model,
        operation=operation,
        resumed_at=timezone.now(),
    )


def _wanted(
    document: Document, segment_ids: Sequence[int] | None, *, again: bool
) -> QuerySet[Segment]:
    idle = document.segments.exclude(machine__in=[Machine.WAITING, Machine.RUNNING])
    if segment_ids is not None:
        return idle.filter(pk__in=segment_ids)
    if not again:
        return idle.filter(state=Segment.State.EMPTY)
    return idle.filter(
        state__in=[Segment.State.EMPTY, Segment.State.PRETRANSLATED],
        origin__in=[Segment.Origin.NONE, Segment.Origin.MACHINE],
    )


def _wait(segments: QuerySet[Segment], run: TranslationRun, number: int) -> int:
    return segments.update(
        machine=Machine.WAITING,
        run=run,
        run_version=F("version"),
        attempts=0,
        machine_error={},
        recipe={},
        change=number,
    )


def _resume(run: TranslationRun, person: User) -> None:
    """Who goes on with a paused one asks from then on, within limits of their own."""
    if run.state == State.PAUSED:
        run.person = person
    run.state, run.reason = State.RUNNING, {}
    run.resumed_at, run.resumed_done = timezone.now(), run.done + run.failed
    run.save(update_fields=["person", "state", "reason", "resumed_at", "resumed_done"])
    pump_soon()


def _generations(run: TranslationRun) -> QuerySet[Generation]:
    ids = run.segments.filter(machine=Machine.RUNNING).values("generation_id")
    return Generation.objects.filter(pk__in=ids).exclude(status__in=Generation.TERMINAL)


def _cancel(generations: QuerySet[Generation]) -> None:
    generations_cancel(ids=list(generations.values_list("pk", flat=True)))
