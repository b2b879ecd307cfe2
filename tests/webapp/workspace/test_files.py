"""Documents come from files and go back into them: whole, or not at all."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.webapp.workspace.factories import (
    PO,
    ProjectFactory,
    first_of,
    po_import,
    segments_of,
)
from webapp.accounts.models import Team, User
from webapp.accounts.permissions import ForbiddenError
from webapp.common.errors import ApplicationError, NotFoundError
from webapp.workspace.file_words import FileError, file_message
from webapp.workspace.models import Document, DocumentFile, Project, Segment
from webapp.workspace.services import importing
from webapp.workspace.services.exporting import document_export
from webapp.workspace.services.importing import (
    document_import,
    document_read,
    imports_sweep,
)
from webapp.workspace.services.segments import segment_edit

pytestmark = pytest.mark.django_db

State = Segment.State


@pytest.fixture
def project(team: Team) -> Project:
    return ProjectFactory.create(team=team)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is large enough to be read in the background."""
    monkeypatch.setattr(importing, "AT_ONCE_BYTES", 0)


def translate(person: User, document: Document, *texts: str) -> None:
    for segment, text in zip(segments_of(document), texts, strict=False):
        if text:
            segment_edit(
                person=person,
                document=document,
                segment_id=segment.pk,
                version=segment.version,
                target=text,
            )


def test_a_catalogue_becomes_segments(project: Project, alice: User) -> None:
    document = po_import(alice, project)

    assert document.state == Document.State.READY
    found = [(s.source, s.target, s.state, s.plural) for s in segments_of(document)]
    assert found == [
        ("Please enter a number.", "", State.EMPTY, ""),
        ("Delete %(count)s files?", "", State.EMPTY, ""),
        ("Yes", "Oui", State.EDITED, ""),
        ("One file", "", State.EMPTY, "one"),
        ("%d files", "", State.EMPTY, "other"),
    ]
    assert (document.num_segments, document.num_words) == (5, 13)


def test_untouched_it_goes_back_byte_for_byte(project: Project, alice: User) -> None:
    document = po_import(alice, project)

    exported = document_export(person=alice, document_id=document.pk)

    assert (exported.name, exported.content) == ("django.po", PO)


def test_the_translations_that_it_brings_are_checked(
    project: Project, alice: User
) -> None:
    document = document_import(
        person=alice,
        project_id=project.pk,
        name="django.po",
        content=PO.replace(b'"Oui"', b'"Oui %(nobody)s"'),
        target_language="fr",
    )
    [yes] = [s for s in segments_of(document) if s.source == "Yes"]
    assert yes.has_errors
    assert [kept["check"] for kept in yes.checks] == ["placeholder_added"]


def test_only_translations_differ_in_what_goes_back(
    project: Project, alice: User
) -> None:
    document = po_import(alice, project)
    translate(alice, document, "Saisissez un nombre.", "", "", "Un fichier")

    content = document_export(person=alice, document_id=document.pk).content

    lines = {*content.splitlines()} ^ {*PO.splitlines()}
    assert lines == {
        b'msgstr "Saisissez un nombre."',
        b'msgstr[0] "Un fichier"',
        b'msgstr[0] ""',
    }


def test_what_is_not_far_enough_stays_as_the_file_had_it(
    project: Project, alice: User
) -> None:
    document = po_import(alice, project)
    translate(alice, document, "Saisissez un nombre.")

    content = document_export(
        person=alice, document_id=document.pk, least=State.REVIEWED
    ).content

    assert content == PO


def test_a_file_that_is_wrong_leaves_nothing(project: Project, alice: User) -> None:
    with pytest.raises(FileError) as caught:
        po_import(alice, project, PO + b'\nmsgid "unfinished\n')

    assert "Line" in str(caught.value.message)
    assert not Document.objects.exists() and not DocumentFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.po", b"", "empty"),
        ("a.xyz", b"hello", "unknown_format"),
        ("a.po", b"\x00" * (21 * 2**20), "too_large"),
        ("a.po", b'msgid ""\nmsgstr ""\n"Language: fr\\n"\n', "nothing"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(
    project: Project, alice: User, name: str, content: bytes, code: str
) -> None:
    with pytest.raises(FileError) as caught:
        document_import(
            person=alice,
            project_id=project.pk,
            name=name,
            content=content,
            target_language="fr",
        )

    assert caught.value.code == code
    assert str(caught.value.message) != file_message("no such code", {})
    assert not Document.objects.exists()


def test_another_language_than_the_projects_is_refused(
    project: Project, alice: User
) -> None:
    with pytest.raises(ApplicationError) as caught:
        document_import(
            person=alice,
            project_id=project.pk,
            name="a.po",
            content=PO,
            target_language="de",
        )

    assert caught.value.code == "language"


def test_only_managers_bring_files(project: Project, bob: User, charlie: User) -> None:
    with pytest.raises(ForbiddenError):
        po_import(bob, project)
    with pytest.raises(NotFoundError):
        po_import(charlie, project)


def test_strangers_get_no_file(project: Project, alice: User, charlie: User) -> None:
    document = po_import(alice, project)

    with pytest.raises(NotFoundError):
        document_export(person=charlie, document_id=document.pk)


def test_a_large_file_is_read_in_the_background(
    project: Project,
    alice: User,
    later: None,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    document = po_import(alice, project)
    assert document.state == Document.State.IMPORTING
    with pytest.raises(ApplicationError) as caught:
        document_export(person=alice, document_id=document.pk)
    assert caught.value.code == "not_ready"

    document_read(document_id=document.pk)

    document.refresh_from_db()
    assert document.state == Document.State.READY
    assert len(segments_of(document)) == 5


def test_it_is_read_once_however_often_it_is_asked_for(
    project: Project, alice: User, later: None
) -> None:
    document = po_import(alice, project)

    document_read(document_id=document.pk)
    document_read(document_id=document.pk)

    assert len(segments_of(document)) == 5


def test_what_is_found_in_the_background_is_kept_in_words(
    project: Project, alice: User, later: None
) -> None:
    document = po_import(alice, project, PO + b'\nmsgid "unfinished\n')

    document_read(document_id=document.pk)

    document.refresh_from_db()
    assert document.state == Document.State.FAILED
    assert "Line" in file_message(document.error["code"], document.error)
    assert not segments_of(document)


def test_a_lost_reader_is_replaced_but_not_for_ever(
    project: Project, alice: User, later: None
) -> None:
    document = po_import(alice, project)
    an_hour_ago = timezone.now() - timedelta(hours=1)
    lost = Document.objects.filter(pk=document.pk)
    lost.update(created_at=an_hour_ago, import_lease_at=an_hour_ago, import_attempts=1)

    imports_sweep()
    document.refresh_from_db()
    assert document.state == Document.State.IMPORTING

    lost.update(import_attempts=importing.MAX_ATTEMPTS)
    imports_sweep()
    document.refresh_from_db()
    assert document.state == Document.State.FAILED
    assert document.error == {"code": "import_lost"}


def test_an_import_gives_the_first_segment_its_place(
    project: Project, alice: User
) -> None:
    segment = first_of(po_import(alice, project))

    assert (segment.position, segment.version, segment.change) == (0, 0, 1)
