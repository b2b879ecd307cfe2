"""A document is translated by a model: begun, watched, paused, cancelled, gone on."""

import pytest
from pytest_django import Settings

from tests.webapp.workspace.factories import document_make, first_of, segments_of
from tests.webapp.workspace.machine import (
    finish,
    in_flight,
    save,
    start,
    targets,
    translate_all,
)
from webapp.accounts.models import Team, User
from webapp.common.errors import ApplicationError, NotFoundError
from webapp.generation.models import Generation
from webapp.workspace.machine.pump import runs_pump
from webapp.workspace.machine.runs import (
    run_cancel,
    run_pause,
    run_resume,
)
from webapp.workspace.models import Document, Operation, Segment, TranslationRun
from webapp.workspace.services.locks import segment_lock
from webapp.workspace.services.operations import (
    operation_undo,
)

pytestmark = pytest.mark.django_db

State, Machine, Origin = Segment.State, Segment.Machine, Segment.Origin


@pytest.fixture(autouse=True)
def scripted(settings: Settings) -> None:
    settings.MODEL_NAMES = ["scripted"]


@pytest.fixture
def document(team: Team) -> Document:
    return document_make(team)


def test_every_empty_segment_is_pretranslated(document: Document, bob: User) -> None:
    save(bob, first_of(document), "Mien")
    run = start(bob, document)
    assert run.total == 2

    translate_all(document)

    assert targets(document) == ["Mien", "[Two]", "[Three]"]
    second = segments_of(document)[1]
    assert (second.state, second.origin) == (State.PRETRANSLATED, Origin.MACHINE)
    assert (second.machine, second.machine_text) == (Machine.IDLE, "[Two]")
    run.refresh_from_db()
    assert (run.state, run.done, run.failed) == ("done", 2, 0)
    assert run.finished_at is not None


def test_who_wrote_meanwhile_keeps_their_text(document: Document, bob: User) -> None:
    start(bob, document)
    runs_pump()
    save(bob, first_of(document), "Mien")

    translate_all(document)

    first = first_of(document)
    assert (first.target, first.state) == ("Mien", State.EDITED)
    assert first.machine_text == "[One]"


def test_who_is_typing_is_not_disturbed(document: Document, bob: User) -> None:
    start(bob, document)
    runs_pump()
    segment_lock(person=bob, document=document, segment_id=first_of(document).pk)

    translate_all(document)

    first = first_of(document)
    assert (first.target, first.machine_text, first.version) == ("", "[One]", 0)


def test_an_end_that_is_seen_twice_is_written_once(
    document: Document, bob: User
) -> None:
    start(bob, document)
    translate_all(document)

    runs_pump()
    runs_pump()

    assert [s.version for s in segments_of(document)] == [1, 1, 1]
    assert [s.revisions.count() for s in segments_of(document)] == [1, 1, 1]


def test_the_whole_run_is_undone_as_one(document: Document, bob: User) -> None:
    run = start(bob, document)
    translate_all(document)
    save(bob, first_of(document), "Mien")
    run.refresh_from_db()
    assert run.operation is not None
    assert run.operation.kind == Operation.Kind.TRANSLATE
    assert run.operation.count == 3

    undone = operation_undo(
        person=bob, document=document, operation_id=run.operation.pk
    )

    assert (undone.restored, undone.skipped) == (2, 1)
    assert targets(document) == ["Mien", "", ""]


def test_a_cancelled_run_stops_at_once_and_keeps_what_it_has(
    team: Team, bob: User
) -> None:
    document = document_make(team, [f"Sentence {n}" for n in range(10)])
    run = start(bob, document)
    runs_pump()
    finish(in_flight(document)[0], "Fini")
    runs_pump()

    run = run_cancel(person=bob, document_id=document.pk)

    assert run.state == "cancelled"
    assert not document.segments.exclude(machine=Machine.IDLE).exists()
    statuses = set(Generation.objects.values_list("status", flat=True))
    assert statuses == {"done", "cancelled"}
    runs_pump()
    assert targets(document) == ["Fini", *[""] * 9]
    assert not in_flight(document)


def test_what_a_cancelled_run_was_writing_is_not_kept(
    document: Document, bob: User
) -> None:
    start(bob, document)
    runs_pump()
    [segment, *_] = in_flight(document)
    assert segment.generation is not None
    Generation.objects.filter(pk=segment.generation.pk).update(status="running")

    run_cancel(person=bob, document_id=document.pk)

    segment.generation.refresh_from_db()
    assert segment.generation.cancel_requested_at is not None
    Generation.objects.filter(pk=segment.generation.pk).update(
        status="done", output="Late"
    )
    runs_pump()
    assert targets(document) == ["", "", ""]


def test_a_paused_run_finishes_what_it_began_and_goes_on_later(
    team: Team, bob: User
) -> None:
    document = document_make(team, [f"Sentence {n}" for n in range(10)])
    start(bob, document)
    runs_pump()
    [running, *_] = in_flight(document)
    assert running.generation is not None
    Generation.objects.filter(pk=running.generation.pk).update(status="running")

    run = run_pause(person=bob, document_id=document.pk)
    runs_pump()

    assert run.state == "paused"
    assert [segment.pk for segment in in_flight(document)] == [running.pk]
    waiting = document.segments.filter(machine=Machine.WAITING)
    assert waiting.count() == 9
    Generation.objects.filter(pk=running.generation.pk).update(
        status="done", finish_reason="stop", output="Fini"
    )
    runs_pump()
    assert targets(document)[0] == "Fini"

    run_resume(person=bob, document_id=document.pk)
    translate_all(document)
    assert "" not in targets(document)
    run.refresh_from_db()
    assert (run.state, run.done) == ("done", 10)


def test_named_segments_are_translated_again(document: Document, bob: User) -> None:
    start(bob, document)
    translate_all(document)
    first, second, _ = segments_of(document)
    save(bob, second, "Mien")

    start(bob, document, segment_ids=[first.pk, second.pk])
    translate_all(document, "(%s)")

    assert targets(document) == ["(One)", "Mien", "[Three]"]
    assert segments_of(document)[1].machine_text == "(Two)"


def test_what_is_started_meanwhile_joins_the_run(document: Document, bob: User) -> None:
    first, second, third = segments_of(document)
    run = start(bob, document, segment_ids=[first.pk])

    joined = start(bob, document, segment_ids=[first.pk, second.pk, third.pk])

    assert (joined.pk, joined.total) == (run.pk, 3)


def test_with_again_only_what_a_machine_wrote_is_replaced(
    document: Document, bob: User
) -> None:
    start(bob, document)
    translate_all(document)
    save(bob, first_of(document), "Mien")

    start(bob, document, again=True)
    translate_all(document, "(%s)")

    assert targets(document) == ["Mien", "(Two)", "(Three)"]


def test_nothing_to_translate_is_said(document: Document, bob: User) -> None:
    document.segments.update(state=State.EDITED, target="x")

    with pytest.raises(ApplicationError) as caught:
        start(bob, document)

    assert caught.value.code == "nothing"
    assert not TranslationRun.objects.exists()


def test_a_run_that_is_over_can_be_neither_paused_nor_cancelled(
    document: Document, bob: User
) -> None:
    start(bob, document)
    translate_all(document)

    for service in (run_pause, run_resume, run_cancel):
        with pytest.raises(NotFoundError):
            service(person=bob, document_id=document.pk)


def test_a_run_that_goes_on_is_not_undone(document: Document, bob: User) -> None:
    run = start(bob, document)
    assert run.operation is not None
    with pytest.raises(ApplicationError) as caught:
        operation_undo(person=bob, document=document, operation_id=run.operation.pk)
    assert caught.value.code == "running"

    run_cancel(person=bob, document_id=document.pk)
    operation_undo(person=bob, document=document, operation_id=run.operation.pk)
