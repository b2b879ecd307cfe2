"""What a run may ask for, of whom, and what becomes of it when something fails."""

import pytest
from pytest_django import Settings

from tests.factories import MembershipFactory, UserFactory
from tests.webapp.workspace.factories import document_make, first_of, segments_of
from tests.webapp.workspace.machine import (
    finish,
    in_flight,
    save,
    start,
    targets,
    translate_all,
)
from webapp.accounts.models import Membership, Team, User
from webapp.accounts.permissions import ForbiddenError
from webapp.common.errors import NotFoundError
from webapp.generation.heartbeats import WorkerStatus, heartbeat_send
from webapp.generation.models import Generation, UsageRecord
from webapp.workspace.live.here import here_set
from webapp.workspace.machine.pump import runs_pump
from webapp.workspace.machine.runs import (
    run_cancel,
    run_pause,
    run_resume,
    run_retry,
)
from webapp.workspace.models import Document, Segment, TranslationRun
from webapp.workspace.rows import run_row
from webapp.workspace.services.operations import (
    segments_copy_source,
)
from webapp.workspace.words import machine_error_message

pytestmark = pytest.mark.django_db

State, Machine, Origin = Segment.State, Segment.Machine, Segment.Origin


@pytest.fixture(autouse=True)
def scripted(settings: Settings) -> None:
    settings.MODEL_NAMES = ["scripted"]


@pytest.fixture
def document(team: Team) -> Document:
    return document_make(team)


def test_no_more_are_asked_than_slots_can_take(team: Team, bob: User) -> None:
    document = document_make(team, [f"Sentence {n}" for n in range(50)])
    start(bob, document)

    runs_pump()
    assert len(in_flight(document)) == 4
    runs_pump()
    assert len(in_flight(document)) == 4

    heartbeat_send(WorkerStatus("box:1", slots=8, running=0, models=()))
    runs_pump()
    assert len(in_flight(document)) == 32


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


def test_who_goes_on_with_a_run_asks_from_then_on(
    document: Document, alice: User, bob: User
) -> None:
    start(bob, document)
    Membership.objects.filter(user=bob).delete()
    runs_pump()

    run_resume(person=alice, document_id=document.pk)
    runs_pump()

    assert in_flight(document)
    assert {generation.person for generation in Generation.objects.all()} == {alice}


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
