"""How the work goes, in numbers."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests.webapp.workspace.factories import document_make, segments_of
from tests.webapp.workspace.machine import translate_all
from webapp.accounts.models import Team, User
from webapp.workspace.figures import compare, people_figures, project_figures
from webapp.workspace.machine.runs import run_start
from webapp.workspace.models import Document, Segment, SegmentRevision
from webapp.workspace.services.locks import segment_lock
from webapp.workspace.services.segments import (
    segment_accept,
    segment_approve,
    segment_edit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(team: Team, bob: User, settings: Settings) -> Document:
    """Translated by a model; bob accepted one and changed another."""
    settings.MODEL_NAMES = ["scripted"]
    document = document_make(team, ["One small step", "Two", "Three"])
    run_start(person=bob, document_id=document.pk)
    translate_all(document, "%s etc")
    first, second, _ = segments_of(document)
    known = {"person": bob, "document": document}
    segment_accept(**known, segment_id=first.pk, version=1)  # type: ignore[arg-type]
    segment_edit(**known, segment_id=second.pk, version=1, target="Two more")  # type: ignore[arg-type]
    return document


def test_what_people_finished_is_counted(
    document: Document, alice: User, bob: User
) -> None:
    second = segments_of(document)[1]
    segment_approve(person=alice, document=document, segment_id=second.pk, version=2)

    totals = project_figures(project=document.project)

    assert (totals.segments, totals.words, totals.reviewed) == (2, 4, 1)
    assert (totals.compared.count, totals.compared.untouched) == (2, 1)
    assert totals.compared.untouched_percent == 50
    [first, second_person] = people_figures(project=document.project)
    assert (first.person, first.segments) == (bob, 2)
    assert (second_person.person, second_person.reviewed) == (alice, 1)


def test_only_the_asked_period_counts(document: Document) -> None:
    long_ago = timezone.now() - timedelta(days=20)
    Segment.objects.update(edited_at=long_ago)
    SegmentRevision.objects.update(created_at=long_ago)

    assert project_figures(project=document.project, days=7).segments == 0
    assert people_figures(project=document.project, days=7) == []
    assert project_figures(project=document.project, days=30).segments == 2


def test_an_hour_is_the_time_that_people_had_it_in_hand(
    document: Document, bob: User
) -> None:
    third = segments_of(document)[2]
    segment_lock(person=bob, document=document, segment_id=third.pk)
    Segment.objects.filter(pk=third.pk).update(
        lock_taken_at=timezone.now() - timedelta(seconds=360)
    )

    segment_accept(person=bob, document=document, segment_id=third.pk, version=1)

    [figures] = people_figures(project=document.project)
    assert figures.hours == pytest.approx(0.1, abs=0.01)
    assert figures.words_an_hour == pytest.approx(50, abs=1)


def test_equal_texts_have_no_distance() -> None:
    compared = compare([("Le chat dort.", "Le chat dort.", "fr")])

    assert (compared.ter, compared.untouched) == (0, 1)
    assert compared.chrf == pytest.approx(100)


def test_one_word_of_four_is_a_quarter() -> None:
    compared = compare([("le chat noir dort", "le chat blanc dort", "fr")])

    assert compared.ter == pytest.approx(25)
    assert compared.chrf is not None and 40 < compared.chrf < 90


def test_chinese_is_compared_by_its_characters() -> None:
    compared = compare([("猫睡觉", "狗睡觉", "zh-Hans")])

    assert compared.ter == pytest.approx(100 / 3)


def test_without_texts_there_are_no_figures() -> None:
    assert compare([]).ter is None
    assert compare([]).untouched_percent is None
