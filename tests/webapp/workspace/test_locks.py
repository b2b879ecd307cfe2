"""Nobody is given a segment that somebody else has in hand."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from tests.factories import MembershipFactory, UserFactory
from tests.webapp.workspace.factories import document_make, first_of, segments_of
from webapp.accounts.models import Membership, Team, User
from webapp.accounts.permissions import ForbiddenError
from webapp.common.errors import NotFoundError
from webapp.workspace.machine.runs import run_start
from webapp.workspace.models import Document, Segment, TranslationRun
from webapp.workspace.services.locks import (
    HeldError,
    segment_claim_next,
    segment_lock,
    segment_unlock_all,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(team: Team) -> Document:
    return document_make(team)


def claim(person: User, document: Document, after: int | None = None) -> int | None:
    segment = segment_claim_next(person=person, document=document, after=after)
    return segment.position if segment else None


def test_the_next_free_one_is_nobody_elses(
    document: Document, alice: User, bob: User
) -> None:
    assert claim(alice, document) == 0
    assert claim(bob, document) == 1
    assert first_of(document).lock_holder == alice


def test_who_goes_on_frees_what_they_had(
    document: Document, alice: User, bob: User
) -> None:
    claim(alice, document)
    assert claim(alice, document, after=first_of(document).pk) == 1
    assert claim(bob, document) == 0


def test_it_goes_on_from_the_beginning_until_none_is_left(
    document: Document, alice: User, bob: User
) -> None:
    last = segments_of(document)[-1]
    assert claim(alice, document, after=last.pk) == 0
    document.segments.exclude(position=0).update(state=Segment.State.EDITED)
    assert claim(bob, document) is None


@pytest.mark.parametrize("state", [Segment.State.EDITED, Segment.State.REVIEWED])
def test_what_is_done_is_not_handed_out(
    document: Document, alice: User, state: str
) -> None:
    document.segments.filter(position=0).update(state=state)

    assert claim(alice, document) == 1


def test_what_expired_is_free(document: Document, alice: User, bob: User) -> None:
    claim(alice, document)
    long_ago = timezone.now() - timedelta(seconds=1)
    document.segments.update(lock_expires_at=long_ago)

    assert claim(bob, document) == 0


def test_a_held_segment_names_its_holder_unless_it_is_taken(
    document: Document, alice: User, bob: User
) -> None:
    segment = first_of(document)
    segment_lock(person=alice, document=document, segment_id=segment.pk)

    with pytest.raises(HeldError) as caught:
        segment_lock(person=bob, document=document, segment_id=segment.pk)
    assert caught.value.holder == alice

    segment_lock(person=bob, document=document, segment_id=segment.pk, take=True)
    assert first_of(document).lock_holder == bob


def test_holding_on_keeps_since_when(document: Document, alice: User) -> None:
    segment_id = first_of(document).pk
    segment_lock(person=alice, document=document, segment_id=segment_id)
    taken_at = first_of(document).lock_taken_at

    segment_lock(person=alice, document=document, segment_id=segment_id)

    assert first_of(document).lock_taken_at == taken_at


def test_leaving_frees_all(document: Document, alice: User) -> None:
    claim(alice, document)

    segment_unlock_all(person=alice, document=document)

    assert first_of(document).lock_holder is None


def test_readers_hold_nothing_and_strangers_see_nothing(
    document: Document, team: Team, charlie: User
) -> None:
    viewer = UserFactory.create()
    MembershipFactory.create(team=team, user=viewer, role=Membership.Role.VIEWER)
    with pytest.raises(ForbiddenError):
        claim(viewer, document)
    with pytest.raises(NotFoundError):
        claim(charlie, document)
    with pytest.raises(NotFoundError):
        segment_lock(
            person=charlie, document=document, segment_id=first_of(document).pk
        )


@pytest.mark.django_db(transaction=True)
def test_many_at_the_same_moment_never_get_the_same(team: Team) -> None:
    document = document_make(team, [f"Sentence {n}" for n in range(40)])
    people = [UserFactory.create() for _ in range(8)]
    for person in people:
        MembershipFactory.create(team=team, user=person)
    handed_out: list[tuple[int, User]] = []
    start = threading.Barrier(len(people))

    def work(person: User) -> None:
        start.wait()
        for _ in range(4):
            segment = segment_claim_next(person=person, document=document)
            assert segment is not None
            handed_out.append((segment.pk, person))
            # Done: nobody may be given it again.
            Segment.objects.filter(pk=segment.pk).update(state=Segment.State.EDITED)

    in_threads([lambda person=person: work(person) for person in people])  # type: ignore[misc]

    ids = [segment_id for segment_id, _person in handed_out]
    assert len(ids) == len(set(ids)) == 32


@pytest.mark.django_db(transaction=True)
def test_two_who_swap_segments_do_not_wait_for_ever(
    team: Team, alice: User, bob: User
) -> None:
    document = document_make(team)
    first, second, _ = segments_of(document)
    start = threading.Barrier(2)

    def work(person: User, here: Segment, there: Segment) -> None:
        start.wait()
        for segment in [here, there] * 5:
            segment_lock(
                person=person, document=document, segment_id=segment.pk, take=True
            )

    in_threads([lambda: work(alice, first, second), lambda: work(bob, second, first)])

    holders = [segment.lock_holder for segment in segments_of(document)[:2]]
    assert all(holder in (alice, bob, None) for holder in holders)


@pytest.mark.django_db(transaction=True)
def test_two_who_begin_a_translation_at_once_have_one_run(
    team: Team, alice: User, bob: User, settings: Settings
) -> None:
    settings.MODEL_NAMES = ["scripted"]
    document = document_make(team)
    start = threading.Barrier(2)
    runs: list[TranslationRun] = []

    def work(person: User, segment: Segment) -> None:
        start.wait()
        run = run_start(
            person=person, document_id=document.pk, segment_ids=[segment.pk]
        )
        runs.append(run)

    first, second, _ = segments_of(document)
    in_threads([lambda: work(alice, first), lambda: work(bob, second)])

    assert len({run.pk for run in runs}) == 1
    assert document.operations.count() == 1
    assert document.runs.get().total == 2


def in_threads(works: list[Callable[[], None]]) -> None:
    """All at once; the first error is raised here."""
    errors: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
