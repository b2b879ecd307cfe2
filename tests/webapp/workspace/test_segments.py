"""What people do to one segment: saved, reviewed, restored, and never lost."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.factories import MembershipFactory, UserFactory
from tests.webapp.workspace.factories import document_make, first_of, segments_of
from webapp.accounts.models import Membership, Team, User
from webapp.accounts.permissions import ForbiddenError
from webapp.common.errors import ApplicationError, NotFoundError
from webapp.workspace.findings import finding_rows
from webapp.workspace.models import Document, ProjectMember, Segment
from webapp.workspace.services.locks import segment_lock
from webapp.workspace.services.segments import (
    segment_accept,
    segment_approve,
    segment_dismiss,
    segment_edit,
    segment_reject,
    segment_restore,
)
from webapp.workspace.services.writing import Change, ConflictError, segment_write

pytestmark = pytest.mark.django_db

State, Origin = Segment.State, Segment.Origin


@pytest.fixture
def document(team: Team) -> Document:
    return document_make(team)


def edit(person: User, segment: Segment, target: str, **fields: object) -> Segment:
    return segment_edit(
        person=person,
        document=segment.document,
        segment_id=segment.pk,
        **{"version": segment.version, "target": target, **fields},  # type: ignore[arg-type]  # as the test says
    )


def machine_write(segment: Segment, text: str) -> Segment:
    change = Change(text, State.PRETRANSLATED, Origin.MACHINE)
    assert segment_write(segment=segment, change=change, number=1)
    return segment


def test_a_text_is_saved_with_who_wrote_it(document: Document, bob: User) -> None:
    segment = edit(bob, first_of(document), "Un\r\ndeux")

    segment.refresh_from_db()
    assert (segment.target, segment.state, segment.version) == (
        "Un\ndeux",
        State.EDITED,
        1,
    )
    assert segment.edited_by == bob
    document.refresh_from_db()
    assert segment.change == document.change == 1
    [revision] = segment.revisions.all()
    assert (revision.before, revision.after, revision.person) == ("", "Un\ndeux", bob)


def test_an_empty_text_takes_the_translation_out(document: Document, bob: User) -> None:
    edit(bob, first_of(document), "Un")

    segment = edit(bob, first_of(document), "")

    assert (segment.state, segment.origin) == (State.EMPTY, Origin.NONE)


def test_the_same_text_again_changes_nothing(document: Document, bob: User) -> None:
    edit(bob, first_of(document), "Un")

    segment = edit(bob, first_of(document), "Un")

    assert segment.version == 1
    assert segment.revisions.count() == 1


def test_a_stale_save_gets_the_three_sides_and_changes_nothing(
    document: Document, alice: User, bob: User
) -> None:
    first = edit(bob, first_of(document), "Un")
    stale = first_of(document)
    edit(alice, first, "Une")

    with pytest.raises(ConflictError) as caught:
        edit(bob, stale, "Un seul")

    assert (caught.value.base, caught.value.theirs) == ("Un", "Une")
    assert (caught.value.version, caught.value.person) == (2, alice)
    assert first_of(document).target == "Une"


def test_who_saves_over_the_version_of_the_conflict_wins(
    document: Document, alice: User, bob: User
) -> None:
    stale = first_of(document)
    edit(alice, first_of(document), "Une")
    with pytest.raises(ConflictError) as caught:
        edit(bob, stale, "Un")

    segment = edit(bob, stale, "Un ou une", version=caught.value.version)

    assert segment.target == "Un ou une"


def test_what_only_a_machine_wrote_is_no_conflict(
    document: Document, bob: User
) -> None:
    seen = first_of(document)
    machine_write(first_of(document), "Machine")

    segment = edit(bob, seen, "Un")

    assert (segment.target, segment.version) == ("Un", 2)


def test_a_version_that_never_was_is_a_conflict(document: Document, bob: User) -> None:
    with pytest.raises(ConflictError):
        edit(bob, first_of(document), "Un", version=7)


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x" * 50_001])
def test_what_is_no_text_is_refused(document: Document, bob: User, text: str) -> None:
    with pytest.raises(ApplicationError):
        edit(bob, first_of(document), text)

    assert first_of(document).target == ""


def test_machine_text_is_accepted_as_it_stands(document: Document, bob: User) -> None:
    segment = machine_write(first_of(document), "Un")

    segment = segment_accept(
        person=bob, document=document, segment_id=segment.pk, version=1
    )

    assert (segment.state, segment.origin) == (State.EDITED, Origin.MACHINE)
    assert segment.edited_by == bob


def test_nothing_cannot_be_accepted_nor_approved(
    document: Document, alice: User
) -> None:
    for service in (segment_accept, segment_approve):
        with pytest.raises(ApplicationError) as caught:
            service(
                person=alice,
                document=document,
                segment_id=first_of(document).pk,
                version=0,
            )
        assert caught.value.code == "empty"


def test_a_reviewer_approves_what_somebody_else_wrote(
    document: Document, alice: User, bob: User
) -> None:
    segment = edit(bob, first_of(document), "Un")

    segment = segment_approve(
        person=alice, document=document, segment_id=segment.pk, version=1
    )

    assert (segment.state, segment.reviewed_by) == (State.REVIEWED, alice)
    assert segment.edited_by == bob


def test_own_work_is_approved_only_where_the_project_says_so(
    document: Document, alice: User
) -> None:
    segment = edit(alice, first_of(document), "Un")

    with pytest.raises(ApplicationError) as caught:
        segment_approve(
            person=alice, document=document, segment_id=segment.pk, version=1
        )
    assert caught.value.code == "own_work"

    document.project.may_approve_own = True
    segment = segment_approve(
        person=alice, document=document, segment_id=segment.pk, version=1
    )
    assert segment.state == State.REVIEWED


def test_an_error_of_the_checks_blocks_approval(
    document: Document, alice: User, bob: User
) -> None:
    segment = edit(bob, first_of(document), "Un")
    Segment.objects.filter(pk=segment.pk).update(has_errors=True)

    with pytest.raises(ApplicationError) as caught:
        segment_approve(
            person=alice, document=document, segment_id=segment.pk, version=1
        )

    assert caught.value.code == "checks"


def test_a_rejection_says_why_until_it_is_edited(
    document: Document, alice: User, bob: User
) -> None:
    segment = edit(bob, first_of(document), "Un")

    segment = segment_reject(
        person=alice,
        document=document,
        segment_id=segment.pk,
        version=1,
        reason="Too short",
    )
    assert (segment.state, segment.rejection) == (State.REJECTED, "Too short")

    segment = edit(bob, first_of(document), "Un seul")
    assert (segment.state, segment.rejection) == (State.EDITED, "")


def test_a_rejection_needs_a_reason(document: Document, alice: User, bob: User) -> None:
    segment = edit(bob, first_of(document), "Un")

    with pytest.raises(ApplicationError):
        segment_reject(
            person=alice,
            document=document,
            segment_id=segment.pk,
            version=1,
            reason=" ",
        )


def test_an_earlier_text_comes_back_as_a_new_one(document: Document, bob: User) -> None:
    edit(bob, first_of(document), "Un")
    edit(bob, first_of(document), "Deux")

    segment = segment_restore(
        person=bob,
        document=document,
        segment_id=first_of(document).pk,
        version=2,
        revision=1,
    )

    assert (segment.target, segment.version) == ("Un", 3)
    assert segment.revisions.count() == 3


def test_what_the_checks_find_is_kept_and_errors_block(
    document: Document, alice: User, bob: User
) -> None:
    Segment.objects.update(source="Delete %(count)s files?")
    segment = edit(bob, first_of(document), "Supprimer des fichiers ?")

    assert segment.has_errors
    [row, *_] = finding_rows(segment)
    assert row["severity"] == "error" and "%(count)s" in row["message"]

    segment = edit(bob, first_of(document), "Supprimer %(count)s fichiers ?")
    assert not segment.has_errors


def test_a_warning_is_set_aside_and_an_error_is_not(
    document: Document, bob: User
) -> None:
    Segment.objects.update(source="Delete %(count)s files?")
    segment = edit(bob, first_of(document), "Supprimer des fichiers")
    found = {row["severity"]: row["id"] for row in finding_rows(segment)}
    known: Any = {"person": bob, "document": document, "segment_id": segment.pk}

    segment_dismiss(**known, check=found["warning"], on=True)
    with pytest.raises(ApplicationError):
        segment_dismiss(**known, check=found["error"], on=True)

    rows = finding_rows(first_of(document))
    assert [row["id"] for row in rows if row["dismissed"]] == [found["warning"]]
    segment_dismiss(**known, check=found["warning"], on=False)
    assert first_of(document).dismissed_checks == []


SERVICES: dict[Any, dict[str, Any]] = {
    segment_edit: {"target": "Un"},
    segment_accept: {},
    segment_approve: {},
    segment_reject: {"reason": "No"},
    segment_restore: {"revision": 0},
}


@pytest.mark.parametrize("service", SERVICES)
def test_strangers_are_told_what_people_without_a_document_are_told(
    document: Document, charlie: User, service: Any
) -> None:
    with pytest.raises(NotFoundError):
        service(
            person=charlie,
            document=document,
            segment_id=first_of(document).pk,
            version=0,
            **SERVICES[service],
        )


def test_a_segment_of_another_document_does_not_exist(
    document: Document, team: Team, bob: User
) -> None:
    other = first_of(document_make(team))

    with pytest.raises(NotFoundError):
        segment_edit(
            person=bob, document=document, segment_id=other.pk, version=0, target="Un"
        )


def test_roles_say_who_may_do_what(document: Document, team: Team, bob: User) -> None:
    segment = edit(bob, first_of(document), "Un")
    for service in (segment_approve, segment_reject):
        with pytest.raises(ForbiddenError):
            service(
                person=bob,
                document=document,
                segment_id=segment.pk,
                version=1,
                **SERVICES[service],
            )
    viewer = UserFactory.create()
    MembershipFactory.create(team=team, user=viewer, role=Membership.Role.VIEWER)
    with pytest.raises(ForbiddenError):
        edit(viewer, segments_of(document)[1], "Deux")


def test_a_part_in_the_project_overrides_the_teams_role(
    document: Document, bob: User, alice: User
) -> None:
    document.project.members.create(person=bob, role=ProjectMember.Role.REVIEWER)
    segment = edit(alice, first_of(document), "Un")

    segment = segment_approve(
        person=bob, document=document, segment_id=segment.pk, version=1
    )
    assert segment.state == State.REVIEWED

    document.project.members.update(role=ProjectMember.Role.READER)
    with pytest.raises(ForbiddenError):
        edit(bob, segments_of(document)[1], "Deux")


def test_an_unknown_segment_is_not_found(document: Document, bob: User) -> None:
    with pytest.raises(NotFoundError):
        segment_edit(
            person=bob,
            document=document,
            segment_id=uuid.uuid4().int % 2**60,
            version=0,
            target="x",
        )


def test_time_in_hand_is_counted_once(document: Document, bob: User) -> None:
    """Saved after two minutes and accepted after three: three in all."""
    segment = segment_lock(
        person=bob, document=document, segment_id=first_of(document).pk
    )
    began = timezone.now() - timedelta(minutes=3)
    Segment.objects.filter(pk=segment.pk).update(lock_taken_at=began)
    segment = edit(bob, first_of(document), "Un")
    segment.revisions.update(created_at=began + timedelta(minutes=2), seconds=120)

    segment_edit(
        person=bob,
        document=document,
        segment_id=segment.pk,
        version=segment.version,
        target="Une",
    )

    seconds = [revision.seconds for revision in first_of(document).revisions.all()]
    assert sum(seconds) == pytest.approx(180, abs=20)
