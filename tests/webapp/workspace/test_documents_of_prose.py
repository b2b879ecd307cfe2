"""Prose is cut into sentences on the way in, and put together on the way out."""

from pathlib import Path

import pytest
from django.db.models import F

from tests.webapp.workspace.factories import ProjectFactory, segments_of
from tests.webapp.workspace.formats.word_files import (
    field,
    paragraph,
    part_of,
    run,
    word_file,
)
from webapp.accounts.models import Team, User
from webapp.workspace.models import Document, Project, Segment
from webapp.workspace.services.exporting import document_export
from webapp.workspace.services.importing import document_import
from webapp.workspace.services.segments import segment_edit

pytestmark = pytest.mark.django_db

_FOLDER = Path(__file__).parent / "formats" / "samples"
_FILES = sorted(
    path
    for path in _FOLDER.iterdir()
    if path.suffix in {".docx", ".htm", ".html", ".md", ".srt", ".txt", ".vtt"}
)


@pytest.fixture
def project(team: Team) -> Project:
    return ProjectFactory.create(team=team)


def _import(person: User, project: Project, name: str, content: bytes) -> Document:
    return document_import(
        person=person,
        project_id=project.pk,
        name=name,
        content=content,
        target_language="fr",
    )


def _export(person: User, document: Document) -> bytes:
    return document_export(person=person, document_id=document.pk).content


def _edit(person: User, document: Document, number: int, target: str) -> None:
    segment = segments_of(document)[number]
    segment_edit(
        person=person,
        document=document,
        segment_id=segment.pk,
        version=segment.version,
        target=target,
    )


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.name)
def test_sentences_put_together_are_the_file(
    path: Path, project: Project, alice: User
) -> None:
    content = path.read_bytes()
    document = _import(alice, project, path.name, content)
    assert _export(alice, document) == content
    Segment.objects.update(target=F("source"), state=Segment.State.EDITED, version=1)
    assert _export(alice, document) == content


def test_one_sentence_of_a_paragraph_changes_alone(
    project: Project, alice: User
) -> None:
    content = b"# Title\n\nOne *thing*.  Dr. Who came.\nTwo more.\n"
    document = _import(alice, project, "a.md", content)
    assert [segment.source for segment in segments_of(document)] == [
        "Title",
        "One *thing*.",
        "Dr. Who came.",
        "Two more.",
    ]
    _edit(alice, document, 2, "Le Dr Who est venu.")
    assert _export(alice, document) == (
        b"# Title\n\nOne *thing*.  Le Dr Who est venu. Two more.\n"
    )


def test_looks_and_fields_of_a_word_document_go_along(
    project: Project, alice: User
) -> None:
    number = field("PAGE", run("7"))
    content = word_file(
        paragraph(run("See "), run("this", "<w:b/>"), run(". Page "), number)
    )
    document = _import(alice, project, "a.docx", content)
    first, second = segments_of(document)
    assert (first.source, first.codes) == ("See <b>this</b>.", ["<b>", "</b>"])
    assert (second.source, second.codes) == ("Page <field1/>", ["<field1/>"])
    _edit(alice, document, 0, "Voyez <b>ceci</b>.")
    written = part_of(_export(alice, document), "word/document.xml")
    assert run("ceci", "<w:b/>") in written
    assert written.count(number) == 1
