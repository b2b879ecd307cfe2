"""Bulk changes are one operation each, and are undone as one."""

import uuid

import pytest

from tests.webapp.workspace.factories import document_make, first_of, segments_of
from webapp.accounts.models import Team, User
from webapp.accounts.permissions import ForbiddenError
from webapp.common.errors import ApplicationError, NotFoundError
from webapp.workspace.models import (
    Document,
    MemoryEntry,
    MemoryKey,
    Operation,
    Segment,
)
from webapp.workspace.services import replacing
from webapp.workspace.services.operations import (
    Undone,
    operation_undo,
    segments_accept,
    segments_approve,
    segments_clear,
    segments_copy_source,
)
from webapp.workspace.services.replacing import (
    Search,
    replace_apply,
    replace_preview,
)
from webapp.workspace.services.segments import segment_edit
from webapp.workspace.services.writing import Change, segment_write

pytestmark = pytest.mark.django_db

State, Origin = Segment.State, Segment.Origin


@pytest.fixture
def document(team: Team) -> Document:
    document = document_make(team)
    for segment in segments_of(document)[:2]:
        change = Change(f"{segment.source} !", State.PRETRANSLATED, Origin.MACHINE)
        segment_write(segment=segment, change=change, number=1)
    return document


def ids(document: Document) -> list[int]:
    return [segment.pk for segment in segments_of(document)]


def states(document: Document) -> list[str]:
    return [segment.state for segment in segments_of(document)]


def undo(person: User, document: Document, operation: Operation) -> Undone:
    return operation_undo(person=person, document=document, operation_id=operation.pk)


def test_pretranslations_are_accepted_and_that_is_undone(
    document: Document, bob: User
) -> None:
    operation = segments_accept(
        person=bob, document=document, segment_ids=ids(document)
    )

    assert operation.count == 2
    assert states(document) == [State.EDITED, State.EDITED, State.EMPTY]
    assert [s.version for s in segments_of(document)] == [2, 2, 0]
    assert first_of(document).edited_by == bob

    assert undo(bob, document, operation) == Undone(restored=2, skipped=0)
    assert states(document) == [State.PRETRANSLATED, State.PRETRANSLATED, State.EMPTY]
    first = first_of(document)
    assert (first.edited_by, first.origin, first.version) == (None, Origin.MACHINE, 3)


def test_what_somebody_changed_since_is_left_alone(
    document: Document, alice: User, bob: User
) -> None:
    operation = segments_clear(person=bob, document=document, segment_ids=ids(document))
    first = first_of(document)
    segment_edit(
        person=alice,
        document=document,
        segment_id=first.pk,
        version=first.version,
        target="Mine",
    )

    assert undo(bob, document, operation) == Undone(restored=1, skipped=1)
    assert [s.target for s in segments_of(document)] == ["Mine", "Two !", ""]


def test_it_is_undone_once(document: Document, bob: User) -> None:
    operation = segments_clear(person=bob, document=document, segment_ids=ids(document))
    undo(bob, document, operation)

    with pytest.raises(ApplicationError) as caught:
        undo(bob, document, operation)

    assert caught.value.code == "undone"


def test_undo_brings_back_who_approved(
    document: Document, alice: User, bob: User
) -> None:
    segments_accept(person=bob, document=document, segment_ids=ids(document))
    segments_approve(person=alice, document=document, segment_ids=ids(document))
    reviewed_at = first_of(document).reviewed_at

    operation = segments_clear(
        person=alice, document=document, segment_ids=ids(document)
    )
    assert first_of(document).reviewed_by is None
    undo(alice, document, operation)

    first = first_of(document)
    assert (first.state, first.reviewed_by, first.edited_by) == (
        State.REVIEWED,
        alice,
        bob,
    )
    assert first.reviewed_at == reviewed_at


def test_own_work_and_errors_are_passed_over_when_many_are_approved(
    document: Document, alice: User, bob: User
) -> None:
    first, second, _ = segments_of(document)
    segments_accept(person=alice, document=document, segment_ids=[first.pk])
    segments_accept(person=bob, document=document, segment_ids=[second.pk])

    operation = segments_approve(
        person=alice, document=document, segment_ids=ids(document)
    )

    assert operation.count == 1
    assert states(document) == [State.EDITED, State.REVIEWED, State.EMPTY]


def test_the_source_is_copied_where_there_is_nothing(
    document: Document, bob: User
) -> None:
    operation = segments_copy_source(
        person=bob, document=document, segment_ids=ids(document)
    )

    assert operation.count == 1
    last = segments_of(document)[-1]
    assert (last.target, last.origin) == ("Three", Origin.SOURCE)


def test_segments_of_another_document_are_passed_over(
    document: Document, team: Team, bob: User
) -> None:
    other = document_make(team)

    operation = segments_copy_source(
        person=bob, document=document, segment_ids=ids(other)
    )

    assert operation.count == 0
    assert first_of(other).target == ""


def test_rights(document: Document, bob: User, charlie: User) -> None:
    with pytest.raises(ForbiddenError):
        segments_approve(person=bob, document=document, segment_ids=ids(document))
    operation = segments_accept(
        person=bob, document=document, segment_ids=ids(document)
    )
    with pytest.raises(NotFoundError):
        segments_clear(person=charlie, document=document, segment_ids=ids(document))
    with pytest.raises(NotFoundError):
        undo(charlie, document, operation)
    with pytest.raises(NotFoundError):
        operation_undo(person=bob, document=document, operation_id=uuid.uuid4())


def test_a_reviewers_operation_is_not_a_translators_to_undo(
    document: Document, alice: User, bob: User
) -> None:
    segments_accept(person=bob, document=document, segment_ids=ids(document))
    operation = segments_approve(
        person=alice, document=document, segment_ids=ids(document)
    )

    with pytest.raises(ForbiddenError):
        undo(bob, document, operation)


def test_replacing_is_looked_at_before_it_is_done(
    document: Document, bob: User
) -> None:
    search = Search("One", "Un")

    [hit] = replace_preview(person=bob, document=document, search=search)
    assert (hit.before, hit.after) == ("One !", "Un !")
    assert first_of(document).target == "One !"

    operation = replace_apply(person=bob, document=document, search=search)
    assert first_of(document).target == "Un !"
    undo(bob, document, operation)
    assert first_of(document).target == "One !"


@pytest.mark.parametrize(
    ("search", "after"),
    [
        (Search("one", "1", is_case_sensitive=False), "1 !"),
        (Search(r"(\w+) !", r"\1.", is_regex=True), "One."),
        (Search("!", r"\1"), r"One \1"),
        (Search(".", "x"), None),
    ],
)
def test_ways_to_search(
    document: Document, bob: User, search: Search, after: str | None
) -> None:
    hits = replace_preview(person=bob, document=document, search=search)

    found = {hit.before: hit.after for hit in hits}
    assert found.get("One !") == after


@pytest.mark.parametrize(
    "search",
    [
        Search("", "x"),
        Search("(", "x", is_regex=True),
        Search("One", r"\7", is_regex=True),
        Search("a" * 501, "x"),
    ],
)
def test_what_cannot_be_searched_for_is_said(
    document: Document, bob: User, search: Search
) -> None:
    with pytest.raises(ApplicationError) as caught:
        replace_preview(person=bob, document=document, search=search)

    assert caught.value.code == "pattern"


@pytest.mark.parametrize(
    ("replacement", "code"), [(r"\0", "invalid_text"), ("x" * 40_000, "too_long")]
)
def test_what_cannot_be_kept_is_refused(
    document: Document, bob: User, replacement: str, code: str
) -> None:
    search = Search("(n|O)", replacement, is_regex=True)
    for act in (replace_preview, replace_apply):
        with pytest.raises(ApplicationError) as caught:
            act(person=bob, document=document, search=search)
        assert caught.value.code == code
    assert first_of(document).target == "One !"


def test_the_time_is_of_all_texts_together(
    document: Document, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replacing, "SEARCH_SECONDS", -1.0)  # the first took all of it
    with pytest.raises(ApplicationError) as caught:
        replace_preview(person=bob, document=document, search=Search("One", "Un"))
    assert "too long" in str(caught.value.message)


def test_an_expression_without_end_is_given_up(team: Team, bob: User) -> None:
    document = document_make(team, ["a"])
    Segment.objects.update(target="a" * 60)

    with pytest.raises(ApplicationError) as caught:
        replace_preview(
            person=bob,
            document=document,
            search=Search(r"(a|aa)+$b", "x", is_regex=True),
        )

    assert "too long" in str(caught.value.message)


def remembered(document: Document) -> dict[str, str]:
    entries = MemoryEntry.objects.filter(team=document.project.team)
    return dict(entries.values_list("source", "target"))


def test_the_memory_forgets_what_was_undone(document: Document, bob: User) -> None:
    operation = segments_accept(
        person=bob, document=document, segment_ids=ids(document)
    )
    assert remembered(document) == {"One": "One !", "Two": "Two !"}

    undo(bob, document, operation)

    assert remembered(document) == {}
    assert not MemoryKey.objects.exists()


def test_the_memory_says_again_what_it_said(
    document: Document, alice: User, bob: User
) -> None:
    segments_accept(person=alice, document=document, segment_ids=ids(document))
    operation = replace_apply(person=bob, document=document, search=Search("One", "Un"))
    assert remembered(document) == {"One": "Un !", "Two": "Two !"}

    undo(bob, document, operation)

    assert remembered(document) == {"One": "One !", "Two": "Two !"}
    entry = MemoryEntry.objects.get(source="One")
    assert entry.person == alice


def test_what_the_memory_knew_before_outlives_an_undo(
    document: Document, alice: User, bob: User
) -> None:
    segments_accept(person=bob, document=document, segment_ids=ids(document))
    operation = segments_approve(
        person=alice, document=document, segment_ids=ids(document)
    )

    undo(alice, document, operation)

    assert remembered(document) == {"One": "One !", "Two": "Two !"}


def test_a_copied_source_is_remembered_once_it_is_approved(
    document: Document, alice: User, bob: User
) -> None:
    segments_copy_source(person=bob, document=document, segment_ids=ids(document))
    assert remembered(document) == {}

    last = ids(document)[-1]
    segments_approve(person=alice, document=document, segment_ids=[last])

    assert remembered(document) == {"Three": "Three"}
