"""Projects and documents for tests."""

from collections.abc import Sequence
from typing import Any

from factory.declarations import LazyFunction, SelfAttribute, SubFactory
from factory.django import DjangoModelFactory

from tests.factories import TeamFactory, UserFactory
from webapp.accounts.models import Team, User
from webapp.workspace.models import Document, DocumentFile, Project, Segment
from webapp.workspace.services.importing import document_import
from webapp.workspace.unit_segments import words_count

PO = b"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: fr\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "Please enter a number."
msgstr ""

#, python-format
msgid "Delete %(count)s files?"
msgstr ""

msgid "Yes"
msgstr "Oui"

msgid "One file"
msgid_plural "%d files"
msgstr[0] ""
msgstr[1] ""
"""


class ProjectFactory(DjangoModelFactory[Project]):
    class Meta:
        model = Project

    team: Any = SubFactory(TeamFactory)
    name = "Handbook"
    source_language = "en"
    target_languages = LazyFunction(lambda: ["fr"])
    model = "scripted"


class DocumentFactory(DjangoModelFactory[Document]):
    """Ready, with the segments that `document_make` gives it."""

    class Meta:
        model = Document

    project: Any = SubFactory(ProjectFactory)
    name = "handbook.po"
    format = "po"
    target_language = "fr"
    state = Document.State.READY
    created_by: Any = None


class SegmentFactory(DjangoModelFactory[Segment]):
    class Meta:
        model = Segment

    document: Any = SubFactory(DocumentFactory)
    position = 0
    unit = SelfAttribute("source")
    source = "Please enter a number."


def document_make(
    team: Team, sources: Sequence[str] = ("One", "Two", "Three"), **project: Any
) -> Document:
    """A document of this team with these sources, nothing translated."""
    document = DocumentFactory.create(
        project=ProjectFactory.create(team=team, **project),
        num_segments=len(sources),
        num_words=sum(map(words_count, sources)),
    )
    Segment.objects.bulk_create(
        SegmentFactory.build(document=document, position=number, source=source)
        for number, source in enumerate(sources)
    )
    DocumentFile.objects.create(document=document, content=b"", sha256="")
    return document


def po_import(person: User, project: Project, content: bytes = PO) -> Document:
    return document_import(
        person=person,
        project_id=project.pk,
        name="django.po",
        content=content,
        target_language="fr",
    )


def segments_of(document: Document) -> list[Segment]:
    """In order, as the database has them now."""
    found = list(document.segments.order_by("position"))
    for segment in found:
        segment.document = document
    return found


def first_of(document: Document) -> Segment:
    return segments_of(document)[0]


def stranger() -> User:
    return UserFactory.create()
