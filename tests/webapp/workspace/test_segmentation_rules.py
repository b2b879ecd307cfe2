"""A project may bring its own rules for where sentences end."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.webapp.workspace.factories import ProjectFactory, segments_of
from webapp.accounts.models import Team, User
from webapp.accounts.permissions import ForbiddenError
from webapp.common.errors import ApplicationError, NotFoundError
from webapp.workspace.file_words import FileError
from webapp.workspace.models import Document, Project, SegmentationRules
from webapp.workspace.services.importing import document_import
from webapp.workspace.services.segmentation_rules import (
    rules_file,
    rules_reset,
    rules_set,
)

pytestmark = pytest.mark.django_db

_TEXT = "One. Two; three"
_OURS = ["One.", "Two; three"]
_THEIRS = ["One. Two;", "three"]


def _rules(before: str) -> bytes:
    return f"""<srx xmlns="http://www.lisa.org/srx20" version="2.0"><body>
<languagerules><languagerule languagerulename="all">
<rule break="yes"><beforebreak>{before}</beforebreak></rule>
</languagerule></languagerules><maprules>
<languagemap languagepattern=".*" languagerulename="all"/>
</maprules></body></srx>""".encode()


@pytest.fixture
def project(team: Team) -> Project:
    return ProjectFactory.create(team=team)


def _import(person: User, project: Project, text: str) -> Document:
    return document_import(
        person=person,
        project_id=project.pk,
        name="a.txt",
        content=text.encode(),
        target_language="fr",
    )


def _set(person: User, project: Project, content: bytes) -> SegmentationRules:
    return rules_set(
        person=person, project_id=project.pk, name="ours.srx", content=content
    )


def _sources(document: Document) -> list[str]:
    return [segment.source for segment in segments_of(document)]


def test_documents_are_cut_by_the_rules_that_hold_when_they_come(
    project: Project, alice: User
) -> None:
    assert _sources(_import(alice, project, _TEXT)) == [
        "One.",
        "Two; three",
    ]
    _set(alice, project, _rules(";"))
    assert _sources(_import(alice, project, _TEXT)) == [
        "One. Two;",
        "three",
    ]
    rules_reset(person=alice, project_id=project.pk)
    assert _sources(_import(alice, project, _TEXT)) == [
        "One.",
        "Two; three",
    ]


def test_new_rules_take_the_place_of_the_old(project: Project, alice: User) -> None:
    _set(alice, project, _rules(";"))
    _set(alice, project, _rules(","))
    assert rules_file(person=alice, project_id=project.pk) == ("ours.srx", _rules(","))
    assert SegmentationRules.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (_rules("("), "Line 3: This expression cannot be used: ("),
        (b"<srx", "Line 1: This is no XML"),
        (b"<tmx/>", "Line 1: These are no rules in SRX 2.0."),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><srx/>", "Line 1: The rules declare"),
        (b"", "Line 1: This is no XML"),
    ],
)
def test_bad_rules_are_refused_with_their_line(
    project: Project, alice: User, content: bytes, words: str
) -> None:
    with pytest.raises(ApplicationError) as caught:
        _set(alice, project, content)
    assert str(caught.value.message).startswith(words)
    assert not SegmentationRules.objects.exists()


def test_a_text_that_the_rules_cannot_manage_is_not_half_imported(
    project: Project, alice: User
) -> None:
    _set(alice, project, _rules("b(a|a|aa)+"))
    with pytest.raises(FileError, match="rules for sentences take too long"):
        _import(alice, project, "c" + "a" * 60)
    assert not Document.objects.exists()


def test_only_who_manages_changes_them_and_outsiders_see_nothing(
    project: Project, bob: User, charlie: User
) -> None:
    assert rules_file(person=bob, project_id=project.pk)[0] == "rules.srx"
    with pytest.raises(ForbiddenError):
        _set(bob, project, _rules(";"))
    with pytest.raises(ForbiddenError):
        rules_reset(person=bob, project_id=project.pk)
    with pytest.raises(NotFoundError):
        _set(charlie, project, _rules(";"))
    with pytest.raises(NotFoundError):
        rules_file(person=charlie, project_id=project.pk)


def test_the_page_takes_a_file_and_gives_it_back(
    client: Client, project: Project, alice: User
) -> None:
    client.force_login(alice)
    path = reverse("workspace_rules", args=[project.pk])
    own = client.get(path)
    assert b"languagerulename" in own.content
    assert own["Content-Disposition"].endswith("rules.srx")
    client.post(path, {"rules": SimpleUploadedFile("ours.srx", _rules(";"))})
    assert client.get(path).content == _rules(";")
    answer = client.post(path, {"rules": SimpleUploadedFile("bad.srx", b"<a>")})
    assert answer.status_code == 302
    assert client.get(path).content == _rules(";")
    client.post(path)
    assert client.get(path).content == own.content
