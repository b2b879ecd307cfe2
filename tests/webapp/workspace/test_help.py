"""What the memory and the project say of a segment while it is worked on."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.webapp.workspace.factories import DocumentFactory, SegmentFactory
from webapp.accounts.models import Team, User
from webapp.workspace.models import Document, Project, Segment
from webapp.workspace.services.segments import segment_edit


@pytest.fixture
def project(team: Team) -> Project:
    return DocumentFactory.create(project__team=team).project


def segment_make(project: Project, source: str, neighbour: str = "") -> Segment:
    document = DocumentFactory.create(project=project)
    if neighbour:
        SegmentFactory.create(document=document, source=neighbour, position=1)
    return SegmentFactory.create(document=document, source=source)


def write(person: User, segment: Segment, target: str) -> Segment:
    document: Document = segment.document
    return segment_edit(
        person=person,
        document=document,
        segment_id=segment.pk,
        version=segment.version,
        target=target,
    )


def test_a_similar_sentence_of_another_document_comes_with_its_difference(
    client: Client, project: Project, bob: User
) -> None:
    write(bob, segment_make(project, "Open the files"), "Ouvrir les fichiers")
    segment = segment_make(project, "Open the file")
    client.force_login(bob)
    path = reverse("workspace_segment", args=[segment.document_id, segment.pk])
    [match] = client.get(path).json()["memory"]
    assert match["target"] == "Ouvrir les fichiers"
    assert match["difference"] == [["=", "Open the "], ["-", "files"], ["+", "file"]]


def test_another_translation_in_another_document_of_the_project_is_told(
    project: Project, bob: User
) -> None:
    write(bob, segment_make(project, "Open", neighbour="Close"), "Ouvrir")
    segment = write(bob, segment_make(project, "Open", neighbour="Save"), "Ouvert")
    [found] = segment.checks
    assert (found["check"], found["params"]["other"]) == ("inconsistent", "Ouvrir")
    assert write(bob, segment, "Ouvrir").checks == []
