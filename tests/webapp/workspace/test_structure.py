"""Segments made one and made two by hand: joined, the unit is the same as before."""

import pytest

from tests.webapp.workspace.factories import ProjectFactory, segments_of
from webapp.accounts.models import Team, User
from webapp.common.errors import ApplicationError, NotFoundError
from webapp.workspace.models import Document, Segment
from webapp.workspace.rows import comment_rows, history_rows
from webapp.workspace.services.comments import comment_add
from webapp.workspace.services.exporting import document_export
from webapp.workspace.services.importing import document_import
from webapp.workspace.services.locks import HeldError, segment_lock
from webapp.workspace.services.segments import (
    segment_approve,
    segment_edit,
    segment_restore,
)
from webapp.workspace.services.structure import segment_cut, segments_merge
from webapp.workspace.services.writing import ConflictError

State = Segment.State
pytestmark = pytest.mark.django_db

PO_OF_TWO = b"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "He came. He saw."
msgstr "Il vint. Il vit."
"""
TEXT = b"He came. He saw. He won.\n\nThe end.\n"


@pytest.fixture
def document(team: Team, alice: User) -> Document:
    project = ProjectFactory.create(team=team)
    return document_import(
        person=alice,
        project_id=project.pk,
        name="caesar.txt",
        content=TEXT,
        target_language="fr",
    )


def sources(document: Document) -> list[tuple[int, int, str]]:
    return [(s.position, s.part, s.source) for s in segments_of(document)]


def translate(person: User, document: Document, *texts: str) -> None:
    for segment, text in zip(segments_of(document), texts, strict=False):
        segment_edit(
            person=person,
            document=document,
            segment_id=segment.pk,
            version=segment.version,
            target=text,
        )


def exported(person: User, document: Document) -> str:
    return document_export(person=person, document_id=document.pk).content.decode()


def test_a_text_is_cut_into_sentences(document: Document) -> None:
    assert sources(document) == [
        (0, 0, "He came."),
        (1, 1, "He saw."),
        (2, 2, "He won."),
        (3, 0, "The end."),
    ]


def test_two_become_one_with_both_translations(document: Document, bob: User) -> None:
    translate(bob, document, "Il vint.", "Il vit.")
    first = segments_of(document)[0]

    merged = segments_merge(
        person=bob, document=document, segment_id=first.pk, version=1
    )

    assert (merged.source, merged.target) == ("He came. He saw.", "Il vint. Il vit.")
    assert sources(document)[1:] == [(1, 1, "He won."), (2, 0, "The end.")]
    document.refresh_from_db()
    assert (document.num_segments, document.structure) == (3, document.change)
    assert exported(bob, document) == "Il vint. Il vit. He won.\n\nThe end.\n"


def test_the_history_and_the_comments_of_both_are_kept(
    document: Document, alice: User, bob: User
) -> None:
    translate(bob, document, "Il vint.", "Il vit")
    translate(alice, document, "Il vint.", "Il vit.")
    first, second, *_rest = segments_of(document)
    comment_add(
        person=alice, document=document, segment_id=second.pk, text="A full stop."
    )

    merged = segments_merge(
        person=bob, document=document, segment_id=first.pk, version=first.version
    )

    told = [
        (one["number"], one["after"], one["merged_source"])
        for one in history_rows(merged)
    ]
    assert told == [
        (4, "Il vint. Il vit.", ""),
        (3, "Il vit.", "He saw."),
        (2, "Il vit", "He saw."),
        (1, "Il vint.", ""),
    ]
    assert [row["text"] for row in comment_rows(merged.pk)] == ["A full stop."]
    # Half a text is nothing to restore.
    with pytest.raises(ApplicationError):
        segment_restore(
            person=bob,
            document=document,
            segment_id=merged.pk,
            version=merged.version,
            revision=3,
        )
    segment_restore(
        person=bob,
        document=document,
        segment_id=merged.pk,
        version=merged.version,
        revision=1,
    )
    assert segments_of(document)[0].target == "Il vint."


def test_three_are_merged_one_after_the_other(document: Document, bob: User) -> None:
    translate(bob, document, "Il vint.", "Il vit.", "Il vainquit.")
    for number in (1, 0):
        segment = segments_of(document)[number]
        segments_merge(
            person=bob,
            document=document,
            segment_id=segment.pk,
            version=segment.version,
        )
    [merged, _end] = segments_of(document)
    assert merged.target == "Il vint. Il vit. Il vainquit."
    assert [one["merged_source"] for one in history_rows(merged)] == [
        "",
        "He saw. He won.",
        "He won.",
        "He saw. He won.",
        "",
    ]


def test_nothing_is_merged_under_the_hands_of_somebody_else(
    document: Document, alice: User, bob: User
) -> None:
    first, second, *_rest = segments_of(document)
    segment_lock(person=alice, document=document, segment_id=second.pk)

    with pytest.raises(HeldError):
        segments_merge(person=bob, document=document, segment_id=first.pk, version=0)

    segments_merge(person=alice, document=document, segment_id=first.pk, version=0)


def test_one_becomes_two(document: Document, bob: User) -> None:
    first = segments_of(document)[0]

    one, two = segment_cut(
        person=bob, document=document, segment_id=first.pk, version=0, source_offset=3
    )

    assert (one.source, two.source) == ("He", "came.")
    assert [place for place, _part, _source in sources(document)] == [0, 1, 2, 3, 4]
    assert [part for _place, part, _source in sources(document)] == [0, 1, 2, 3, 0]
    assert exported(bob, document) == TEXT.decode()


def test_a_translation_is_cut_too(document: Document, bob: User) -> None:
    translate(bob, document, "Il vint.")
    first = segments_of(document)[0]

    one, two = segment_cut(
        person=bob,
        document=document,
        segment_id=first.pk,
        version=1,
        source_offset=3,
        target_offset=3,
    )

    assert (one.target, two.target) == ("Il", "vint.")
    assert exported(bob, document).startswith("Il vint. He saw.")


def test_a_machines_text_stays_one_that_nobody_vouched_for(
    document: Document, bob: User
) -> None:
    translate(bob, document, "Il vint.")
    Segment.objects.filter(document=document, position=1).update(
        target="Il vit.", state=State.PRETRANSLATED, origin=Segment.Origin.MACHINE
    )
    first, second, *_rest = segments_of(document)
    merged = segments_merge(
        person=bob, document=document, segment_id=first.pk, version=first.version
    )
    assert (merged.target, merged.state) == ("Il vint. Il vit.", State.PRETRANSLATED)
    halves = segment_cut(
        person=bob,
        document=document,
        segment_id=merged.pk,
        version=merged.version,
        source_offset=len("He came. "),
        target_offset=len("Il vint. "),
    )
    assert [half.state for half in halves] == [State.PRETRANSLATED] * 2
    assert second.source == halves[1].source


def test_the_halves_are_checked_against_their_own_sources(
    team: Team, alice: User
) -> None:
    project = ProjectFactory.create(team=team)
    document = document_import(
        person=alice,
        project_id=project.pk,
        name="numbers.txt",
        content=b"Take 12 and go, then take 34\n",
        target_language="fr",
    )
    translate(alice, document, "Prenez 34 et allez, puis prenez 12")
    [whole] = segments_of(document)
    assert "numbers" not in checks_of(whole)
    first, second = segment_cut(
        person=alice,
        document=document,
        segment_id=whole.pk,
        version=whole.version,
        source_offset=len("Take 12 and go, "),
        target_offset=len("Prenez 34 et allez, "),
    )
    assert "numbers" in checks_of(first)
    assert "numbers" in checks_of(second)


def checks_of(segment: Segment) -> set[str]:
    segment.refresh_from_db()
    return {kept["check"] for kept in segment.checks}


def test_a_file_keeps_its_text_until_both_halves_are_there(
    team: Team, alice: User
) -> None:
    project = ProjectFactory.create(team=team, may_approve_own=True)
    document = document_import(
        person=alice,
        project_id=project.pk,
        name="two.po",
        content=PO_OF_TWO,
        target_language="fr",
    )
    [whole] = segments_of(document)
    first, second = segment_cut(
        person=alice,
        document=document,
        segment_id=whole.pk,
        version=whole.version,
        source_offset=len("He came. "),
        target_offset=len("Il vint. "),
    )
    segment_approve(
        person=alice, document=document, segment_id=first.pk, version=first.version
    )

    def text(least: str) -> str:
        exported = document_export(person=alice, document_id=document.pk, least=least)
        return exported.content.decode()

    assert 'msgstr "Il vint. Il vit."' in text(State.REVIEWED)
    segment_edit(
        person=alice,
        document=document,
        segment_id=second.pk,
        version=second.version,
        target="Il regarda.",
    )
    assert 'msgstr "Il vint. Il vit."' in text(State.REVIEWED)
    assert 'msgstr "Il vint. Il regarda."' in text(State.PRETRANSLATED)


def test_what_was_cut_is_merged_again(document: Document, bob: User) -> None:
    before = sources(document)
    first = segments_of(document)[0]
    one, _two = segment_cut(
        person=bob, document=document, segment_id=first.pk, version=0, source_offset=3
    )

    segments_merge(
        person=bob, document=document, segment_id=one.pk, version=one.version
    )

    assert sources(document) == before


@pytest.mark.parametrize("offset", [0, 100, -1])
def test_both_parts_must_have_words(document: Document, bob: User, offset: int) -> None:
    with pytest.raises(ApplicationError) as caught:
        segment_cut(
            person=bob,
            document=document,
            segment_id=segments_of(document)[0].pk,
            version=0,
            source_offset=offset,
        )

    assert caught.value.code == "structure"
    assert len(segments_of(document)) == 4


def test_only_segments_of_one_unit_are_merged(document: Document, bob: User) -> None:
    for segment in segments_of(document)[2:]:
        with pytest.raises(ApplicationError):
            segments_merge(
                person=bob, document=document, segment_id=segment.pk, version=0
            )


def test_what_changed_meanwhile_and_what_is_anothers_stays(
    document: Document, bob: User, charlie: User
) -> None:
    translate(bob, document, "Il vint.")
    first = segments_of(document)[0]
    with pytest.raises(ConflictError):
        segments_merge(person=bob, document=document, segment_id=first.pk, version=0)
    with pytest.raises(NotFoundError):
        segments_merge(
            person=charlie, document=document, segment_id=first.pk, version=1
        )


def test_what_a_model_is_translating_is_left_alone(
    document: Document, bob: User
) -> None:
    document.segments.update(machine="waiting")

    with pytest.raises(ApplicationError):
        segments_merge(
            person=bob,
            document=document,
            segment_id=segments_of(document)[0].pk,
            version=0,
        )
