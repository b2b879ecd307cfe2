"""A document is translated by a model: begun, watched, paused, cancelled, gone on."""

import pytest
from pytest_django import Settings

from tests.factories import MembershipFactory, UserFactory
from tests.webapp.workspace.factories import document_make, first_of, segments_of
from tests.webapp.workspace.machine import finish, in_flight, translate_all
from webapp.accounts.models import Membership, Team, User
from webapp.accounts.permissions import ForbiddenError
from webapp.common.errors import ApplicationError, NotFoundError
from webapp.generation.heartbeats import WorkerStatus, heartbeat_send
from webapp.generation.models import Generation, UsageRecord
from webapp.workspace.live.here import here_set
from webapp.workspace.machine.pump import runs_pump
from webapp.workspace.machine.runs import (
    run_cancel,
    run_pause,
    run_resume,
    run_retry,
    run_start,
)
from webapp.workspace.models import Document, Operation, Segment, Term, TranslationRun
from webapp.workspace.rows import run_row
from webapp.workspace.services.locks import segment_lock
from webapp.workspace.services.operations import (
    operation_undo,
    segments_copy_source,
)
from webapp.workspace.services.segments import segment_edit
from webapp.workspace.words import machine_error_message

pytestmark = pytest.mark.django_db

State, Machine, Origin = Segment.State, Segment.Machine, Segment.Origin


@pytest.fixture(autouse=True)
def scripted(settings: Settings) -> None:
    settings.MODEL_NAMES = ["scripted"]


@pytest.fixture
def document(team: Team) -> Document:
    return document_make(team)


def start(person: User, document: Document, **options: object) -> TranslationRun:
    return run_start(person=person, document_id=document.pk, **options)  # type: ignore[arg-type]  # as the test says


def save(person: User, segment: Segment, target: str) -> Segment:
    return segment_edit(
        person=person,
        document=segment.document,
        segment_id=segment.pk,
        version=segment.version,
        target=target,
    )


def targets(document: Document) -> list[str]:
    return [segment.target for segment in segments_of(document)]


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


def test_each_text_can_be_made_again(document: Document, bob: User) -> None:
    start(bob, document)
    runs_pump()
    [segment, *_] = in_flight(document)
    finish(segment, "Un", logprobs=[-0.5, -0.1])
    runs_pump()

    segment.refresh_from_db()
    assert segment.confidence == pytest.approx(0.7408)
    assert segment.recipe["model"] == "scripted"
    assert segment.recipe["model_version"] == "v1"
    assert segment.recipe["sampling"]["temperature"] == 0.0
    generation = segment.generation
    assert generation is not None
    assert segment.recipe["generation"] == str(generation.pk)
    assert (generation.purpose, generation.queue) == ("translation", "batch")
    assert (generation.source_language, generation.target_language) == ("en", "fr")
    assert generation.messages[-1] == {"role": "user", "content": "One"}
    assert "from English into French" in generation.messages[0]["content"]


def test_no_more_are_asked_than_slots_can_take(team: Team, bob: User) -> None:
    document = document_make(team, [f"Sentence {n}" for n in range(50)])
    start(bob, document)

    runs_pump()
    assert len(in_flight(document)) == 4
    runs_pump()
    assert len(in_flight(document)) == 4

    heartbeat_send(WorkerStatus("box:1", slots=8, running=0, models=()))
    runs_pump()
    assert len(in_flight(document)) == 24


def test_no_more_are_asked_than_the_queue_bears(
    team: Team, bob: User, settings: Settings
) -> None:
    settings.QUEUE_LIMIT = 2
    document = document_make(team, ["One", "Two", "Three", "Four"])
    start(bob, document)

    runs_pump()

    assert len(in_flight(document)) == 2


def test_what_is_on_a_screen_comes_first(team: Team, bob: User) -> None:
    document = document_make(team, [f"Sentence {n}" for n in range(50)])
    seen = [segment.pk for segment in segments_of(document)[30:33]]
    here_set(
        document_id=document.pk,
        socket_id="a",
        person_id=bob.pk,
        name="Bob",
        segment=None,
        view=seen,
    )

    start(bob, document)
    runs_pump()

    positions = sorted(segment.position for segment in in_flight(document))
    assert positions == [0, 30, 31, 32]


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


def test_what_failed_says_why_and_is_tried_again(document: Document, bob: User) -> None:
    start(bob, document)
    runs_pump()
    for segment in in_flight(document):
        finish(
            segment,
            "",
            status=Generation.Status.FAILED,
            reason=Generation.FinishReason.ERROR,
            error={"code": "unsupported", "setting": "target_language", "value": "fr"},
        )
    runs_pump()

    first = first_of(document)
    assert first.machine == Machine.FAILED
    words = "This model does not know the language “fr”."
    assert machine_error_message(first.machine_error) == words
    run = TranslationRun.objects.get()
    assert (run.state, run.failed) == ("done", 3)

    run_retry(person=bob, document_id=document.pk)
    translate_all(document)
    assert targets(document) == ["[One]", "[Two]", "[Three]"]
    assert first_of(document).machine_error == {}


def test_a_failure_stays_until_somebody_sees_to_the_segment(
    document: Document, bob: User
) -> None:
    start(bob, document)
    runs_pump()
    for segment in in_flight(document):
        finish(segment, "no no", reason=Generation.FinishReason.LENGTH)
    runs_pump()
    assert TranslationRun.objects.get().state == "done"
    assert [s.machine for s in segments_of(document)] == [Machine.FAILED] * 3

    edited, copied, left = segments_of(document)
    save(bob, edited, "Un")
    segments_copy_source(person=bob, document=document, segment_ids=[copied.pk])

    found = [(s.machine, bool(s.machine_error)) for s in segments_of(document)]
    assert found == [(Machine.IDLE, False), (Machine.IDLE, False), (left.machine, True)]


@pytest.mark.parametrize(
    ("text", "reason", "code"),
    [("  ", "stop", "nothing_written"), ("no no no", "length", "no_end")],
)
def test_what_is_no_translation_is_not_taken(
    document: Document, bob: User, text: str, reason: str, code: str
) -> None:
    start(bob, document)
    runs_pump()
    finish(in_flight(document)[0], text, reason=reason)
    runs_pump()

    first = first_of(document)
    assert (first.target, first.machine) == ("", Machine.FAILED)
    assert first.machine_error == {"code": code}
    assert machine_error_message(first.machine_error)


def test_placeholders_are_hidden_from_the_model_and_put_back(
    team: Team, bob: User
) -> None:
    document = document_make(team, ["Delete %(count)s files?"])
    start(bob, document)
    runs_pump()
    [segment] = in_flight(document)
    assert segment.generation is not None
    assert segment.generation.messages[-1]["content"] == "Delete [X0X] files?"

    finish(segment, "Supprimer [X0X] fichiers ?")
    runs_pump()

    assert targets(document) == ["Supprimer %(count)s fichiers ?"]


def test_what_lost_its_placeholders_is_redone_in_parts(team: Team, bob: User) -> None:
    document = document_make(team, ["Delete %(count)s files?"])
    start(bob, document)
    runs_pump()
    finish(in_flight(document)[0], "Supprimer ?")
    for part, text in (("Delete", "Supprimer"), ("files?", "fichiers ?")):
        runs_pump()
        [segment] = in_flight(document)
        assert segment.generation is not None
        assert segment.generation.messages[-1]["content"] == part
        finish(segment, text)
    runs_pump()

    assert targets(document) == ["Supprimer %(count)s fichiers ?"]
    assert TranslationRun.objects.get().done == 1


def test_what_breaks_them_again_is_given_up(team: Team, bob: User) -> None:
    document = document_make(team, ["Delete %(count)s files?"])
    start(bob, document)
    runs_pump()
    finish(in_flight(document)[0], "Supprimer ?")
    for _part in range(2):
        runs_pump()
        finish(in_flight(document)[0], "%(other)s")
    runs_pump()

    first = first_of(document)
    assert (first.machine, first.target) == (Machine.FAILED, "")
    assert machine_error_message(first.machine_error)


def test_what_has_no_words_needs_no_model(team: Team, bob: User) -> None:
    document = document_make(team, ["%(count)s", "42", "One"])

    start(bob, document)
    runs_pump()

    assert targets(document) == ["%(count)s", "42", ""]
    assert [segment.source for segment in in_flight(document)] == ["One"]


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


def test_what_the_team_translated_before_is_taken_instead(
    document: Document, team: Team, bob: User
) -> None:
    save(bob, first_of(document), "Un")
    other = document_make(team, ["One", "Four"])

    start(bob, other)
    translate_all(other)

    assert targets(other) == ["Un", "[Four]"]
    first = first_of(other)
    assert (first.state, first.origin) == (State.PRETRANSLATED, Origin.MEMORY)
    assert Generation.objects.count() == 1


def test_the_memory_is_left_alone_where_the_project_says_so(
    document: Document, team: Team, bob: User
) -> None:
    save(bob, first_of(document), "Un")
    other = document_make(team, ["One"], uses_memory=False)

    start(bob, other)
    translate_all(other)

    assert targets(other) == ["[One]"]


def test_a_model_that_can_be_talked_to_is_told_the_terms_that_occur(
    document: Document, team: Team, bob: User
) -> None:
    for text, target in (("Two", "Deux"), ("Nine", "Neuf")):
        term = Term.objects.create(team=team, language="en", text=text)
        term.targets.create(language="fr", text=target)

    start(bob, document)
    runs_pump()

    [first, second, _] = in_flight(document)
    assert first.generation is not None and second.generation is not None
    assert "Deux" not in first.generation.messages[0]["content"]
    assert "“Two” as “Deux”" in second.generation.messages[0]["content"]
    assert "Neuf" not in second.generation.messages[0]["content"]
    assert second.recipe["glossary_hash"]


def test_nothing_to_translate_is_said(document: Document, bob: User) -> None:
    document.segments.update(state=State.EDITED, target="x")

    with pytest.raises(ApplicationError) as caught:
        start(bob, document)

    assert caught.value.code == "nothing"
    assert not TranslationRun.objects.exists()


def test_a_used_up_quota_pauses_with_the_reason(
    document: Document, bob: User, settings: Settings
) -> None:
    settings.QUOTA_TOKENS_PER_DAY = 1
    start(bob, document)
    runs_pump()
    assert not UsageRecord.objects.exists()
    for segment in in_flight(document):
        finish(segment, "Un deux trois")
    Segment.objects.filter(machine=Machine.IDLE).update(target="")
    run = TranslationRun.objects.get()
    assert run.state == "running"
    runs_pump()
    start(bob, document, segment_ids=[first_of(document).pk])

    runs_pump()

    run = TranslationRun.objects.order_by("-created_at")[0]
    row = run_row(run)
    assert run.state == "paused" and row is not None
    assert "quota" in row["message"]


def test_a_person_who_left_starts_nothing_more(
    document: Document, bob: User, team: Team
) -> None:
    start(bob, document)
    Membership.objects.filter(user=bob).delete()

    runs_pump()

    run = TranslationRun.objects.get()
    assert (run.state, run.reason) == ("paused", {"code": "rights"})
    assert not in_flight(document)


def test_a_deleted_document_is_translated_no_further(
    document: Document, bob: User
) -> None:
    start(bob, document)
    runs_pump()
    Document.objects.update(deleted_at=document.created_at)

    runs_pump()

    assert TranslationRun.objects.get().state == "cancelled"
    assert not in_flight(document)


def test_a_batch_keeps_nobody_from_a_conversation(
    team: Team, bob: User, settings: Settings
) -> None:
    settings.QUOTA_RUNNING_PER_PERSON = 1
    document = document_make(team)

    start(bob, document)
    runs_pump()

    assert len(in_flight(document)) == 3


def test_rights(document: Document, team: Team, bob: User, charlie: User) -> None:
    viewer = UserFactory.create()
    MembershipFactory.create(team=team, user=viewer, role=Membership.Role.VIEWER)
    with pytest.raises(ForbiddenError):
        start(viewer, document)
    start(bob, document)
    for service in (run_pause, run_resume, run_cancel, run_retry):
        with pytest.raises(NotFoundError):
            service(person=charlie, document_id=document.pk)
        with pytest.raises(ForbiddenError):
            service(person=viewer, document_id=document.pk)


def test_a_run_that_is_over_can_be_neither_paused_nor_cancelled(
    document: Document, bob: User
) -> None:
    start(bob, document)
    translate_all(document)

    for service in (run_pause, run_resume, run_cancel):
        with pytest.raises(NotFoundError):
            service(person=bob, document_id=document.pk)
