"""A translation that the format cannot hold stays out of the file, and is told of."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.webapp.workspace.factories import ProjectFactory, segments_of
from webapp.accounts.models import Team, User
from webapp.workspace.models import Document
from webapp.workspace.services.exporting import document_export
from webapp.workspace.services.importing import document_import
from webapp.workspace.services.segments import segment_edit

pytestmark = pytest.mark.django_db

HTML = b"<p>Save <b>now</b>. Do it. Go on.</p>\n<p>Open</p>\n"


@pytest.fixture
def document(team: Team, alice: User) -> Document:
    """With the code torn in the first text's first sentence."""
    project = ProjectFactory.create(team=team)
    document = document_import(
        person=alice,
        project_id=project.pk,
        name="page.html",
        content=HTML,
        target_language="fr",
    )
    texts = ["Enregistrez <b>vite.", "Faites-le.", "", "Ouvrir"]
    for segment, target in zip(segments_of(document), texts, strict=True):
        segment_edit(
            person=alice,
            document=document,
            segment_id=segment.pk,
            version=segment.version,
            target=target,
        )
    return document


def test_the_file_keeps_its_own_text_there_and_has_all_others(
    document: Document, alice: User
) -> None:
    exported = document_export(person=alice, document_id=document.pk)

    assert exported.content == HTML.replace(b"Open", b"Ouvrir")
    [left_out] = exported.left_out
    torn = segments_of(document)[0]
    assert (left_out.segment, left_out.number) == (torn.pk, 1)
    assert left_out.source == "Save <b>now</b>."
    assert left_out.reason.startswith("“#1”: the mark-up “<b")


def test_the_page_is_told_how_many_and_which(
    client: Client, document: Document, alice: User
) -> None:
    client.force_login(alice)

    file = client.get(reverse("workspace_export", args=[document.pk]))
    assert file["X-Segments-Left-Out"] == "1"
    path = reverse("workspace_export_left_out", args=[document.pk])
    found = client.get(path).json()
    assert (found["count"], [row["number"] for row in found["left_out"]]) == (1, [1])
    assert client.get(path, {"least": "reviewed"}).json()["count"] == 0
    assert client.get(path, {"least": "finished"}).status_code == 400


def test_a_file_that_has_everything_says_so(
    client: Client, document: Document, alice: User
) -> None:
    torn = segments_of(document)[0]
    segment_edit(
        person=alice,
        document=document,
        segment_id=torn.pk,
        version=torn.version,
        target="Enregistrez <b>vite</b>.",
    )
    client.force_login(alice)

    file = client.get(reverse("workspace_export", args=[document.pk]))

    assert file["X-Segments-Left-Out"] == "0"
    assert b"Enregistrez <b>vite</b>. Faites-le. Go on." in file.content
