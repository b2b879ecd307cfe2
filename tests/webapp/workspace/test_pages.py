"""The workspace's pages, and the JSON behind the editor."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.webapp.workspace.factories import (
    PO,
    ProjectFactory,
    document_make,
    first_of,
    po_import,
    segments_of,
)
from tests.webapp.workspace.machine import translate_all
from webapp.accounts.models import Team, User
from webapp.workspace.models import Document, Project, ProjectMember, Segment
from webapp.workspace.services.segments import segment_edit

pytestmark = pytest.mark.django_db

PROJECT = {
    "name": "Handbook",
    "source_language": "en",
    "target_languages": ["fr"],
    "other_languages": "zh_hans",
    "model": "scripted",
    "uses_memory": "on",
}


@pytest.fixture(autouse=True)
def scripted(settings: Settings) -> None:
    settings.MODEL_NAMES = ["scripted"]


@pytest.fixture
def document(team: Team) -> Document:
    return document_make(team)


@pytest.fixture
def browser(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def post(client: Client, name: str, document: Document, **body: Any) -> Any:
    path = reverse(name, args=[document.pk])
    return client.post(path, json.dumps(body), content_type="application/json")


def get(client: Client, name: str, document: Document, **query: Any) -> Any:
    return client.get(reverse(name, args=[document.pk]), query).json()


def test_a_project_is_made_and_listed(browser: Client, team: Team) -> None:
    answer = browser.post(
        reverse("workspace_project_new"), {**PROJECT, "team": str(team.pk)}
    )

    project = Project.objects.get()
    assert answer["Location"] == reverse("workspace_project", args=[project.pk])
    assert (project.team, project.target_languages) == (team, ["fr", "zh-Hans"])
    assert "Handbook" in browser.get(reverse("workspace_projects")).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("source_language", "klingonese!"),
        ("target_languages", ["fr", "en"]),
        ("other_languages", "fr, klingonese!"),
        ("model", "gpt"),
        ("name", ""),
    ],
)
def test_a_project_that_cannot_be_is_refused_in_words(
    browser: Client, team: Team, field: str, value: object
) -> None:
    answer = browser.post(
        reverse("workspace_project_new"),
        {**PROJECT, "team": str(team.pk), field: value},
    )

    assert answer.status_code == 400
    assert not Project.objects.exists()


def test_a_project_is_changed_and_put_away_and_brought_back(
    browser: Client, document: Document
) -> None:
    project = document.project
    edit = reverse("workspace_project_edit", args=[project.pk])
    assert "fr" in browser.get(edit).content.decode()
    browser.post(edit, {**PROJECT, "may_approve_own": "on"})
    project.refresh_from_db()
    assert project.may_approve_own

    browser.post(reverse("workspace_project_delete", args=[project.pk]))
    page = reverse("workspace_project", args=[project.pk])
    assert browser.get(page).status_code == 404
    assert (
        browser.get(reverse("workspace_document", args=[document.pk])).status_code
        == 404
    )
    browser.post(reverse("workspace_project_restore", args=[project.pk]))
    assert browser.get(page).status_code == 200


def test_a_member_gets_another_part_and_the_old_one_back(
    browser: Client, document: Document, bob: User
) -> None:
    path = reverse("workspace_member_role", args=[document.project_id, bob.pk])

    browser.post(path, {"role": "reviewer"})
    assert ProjectMember.objects.get().role == "reviewer"
    browser.post(path, {"role": ""})
    assert not ProjectMember.objects.exists()
    assert browser.post(path, {"role": "emperor"}).status_code == 400


def test_a_file_is_imported_edited_and_exported(
    browser: Client, team: Team, alice: User
) -> None:
    project = ProjectFactory.create(team=team)
    answer = browser.post(
        reverse("workspace_import", args=[project.pk]),
        {"file": SimpleUploadedFile("django.po", PO), "target_language": "fr"},
    )
    document = Document.objects.get()
    assert answer["Location"] == reverse("workspace_document", args=[document.pk])
    assert browser.get(answer["Location"]).status_code == 200

    exported = browser.get(reverse("workspace_export", args=[document.pk]))
    assert exported.content == PO
    assert "django.po" in exported["Content-Disposition"]
    assert exported["X-Content-Type-Options"] == "nosniff"


def test_what_is_wrong_with_a_file_stands_on_the_page(
    browser: Client, team: Team
) -> None:
    project = ProjectFactory.create(team=team)
    for data in ({"file": SimpleUploadedFile("a.po", b"msgid")}, {}):
        answer = browser.post(
            reverse("workspace_import", args=[project.pk]),
            {**data, "target_language": "fr"},
        )
        assert answer.status_code == 400
        assert 'role="alert"' in answer.content.decode()
    assert not Document.objects.exists()


def test_the_index_filters_sorts_and_searches(
    browser: Client, document: Document, bob: User
) -> None:
    first, second, third = segments_of(document)
    segment_edit(
        person=bob, document=document, segment_id=first.pk, version=0, target="Un"
    )
    Segment.objects.filter(pk=second.pk).update(
        confidence=0.9, state="pretranslated", target="Deux"
    )
    Segment.objects.filter(pk=third.pk).update(confidence=0.2, machine="failed")

    def ids(**query: str) -> list[int]:
        found: list[int] = get(browser, "workspace_index", document, **query)["ids"]
        return found

    assert ids() == [first.pk, second.pk, third.pk]
    assert ids(sort="confidence") == [third.pk, second.pk, first.pk]
    expected = {
        "empty": [third.pk],
        "machine": [second.pk],
        "edited": [first.pk],
        "unfinished": [second.pk, third.pk],
        "review": [first.pk],
        "reviewed": [],
        "rejected": [],
        "failed": [third.pk],
        "errors": [],
        "comments": [],
        "mine": [],
    }
    assert {name: ids(filter=name) for name in expected} == expected
    assert ids(q="deux") == [second.pk]
    assert ids(q="thr", filter="failed") == [third.pk]
    path = reverse("workspace_index", args=[document.pk])
    assert browser.get(path, {"filter": "no such"}).status_code == 400


def test_rows_and_one_segment_tell_all(
    browser: Client, document: Document, bob: User
) -> None:
    first, second, _ = segments_of(document)
    segment_edit(
        person=bob, document=document, segment_id=first.pk, version=0, target="Un"
    )

    answer = get(browser, "workspace_segments", document, ids=f"{second.pk},{first.pk}")
    assert [row["source"] for row in answer["rows"]] == ["One", "Two"]
    assert answer["rows"][0]["edited_by"]["name"] == "Bob"
    assert answer["change"] == 1

    path = reverse("workspace_segment", args=[document.pk, first.pk])
    detail = browser.get(path).json()
    assert detail["row"]["target"] == "Un"
    assert [revision["after"] for revision in detail["history"]] == ["Un"]
    assert detail["memory"][0]["score"] == 101
    assert detail["terms"] == detail["comments"] == []


def test_changes_since_are_told_or_too_many(
    browser: Client, document: Document, bob: User
) -> None:
    first = first_of(document)
    segment_edit(
        person=bob, document=document, segment_id=first.pk, version=0, target="Un"
    )

    answer = get(browser, "workspace_changes", document, since=0)
    assert [row["id"] for row in answer["rows"]] == [first.pk]
    assert get(browser, "workspace_changes", document, since=1)["rows"] == []
    Document.objects.update(structure=1)
    assert get(browser, "workspace_changes", document, since=0)["reload"]


@pytest.mark.parametrize("ids", ["x", "1,-2", "9" * 30, ",".join(["1"] * 201)])
def test_ids_that_are_none_are_refused(
    browser: Client, document: Document, ids: str
) -> None:
    path = reverse("workspace_segments", args=[document.pk])

    assert browser.get(path, {"ids": ids}).status_code == 400


def test_a_run_is_driven_from_the_page(browser: Client, document: Document) -> None:
    run = post(browser, "workspace_run_start", document).json()["run"]
    assert (run["state"], run["total"]) == ("running", 3)

    for action, state in (
        ("pause", "paused"),
        ("resume", "running"),
        ("cancel", "cancelled"),
    ):
        path = reverse("workspace_run", args=[document.pk, action])
        assert browser.post(path).json()["run"]["state"] == state
    assert browser.post(path).status_code == 404
    path = reverse("workspace_run", args=[document.pk, "explode"])
    assert browser.post(path).status_code == 400


def test_bulk_changes_are_undone_from_the_page(
    browser: Client, document: Document
) -> None:
    post(browser, "workspace_run_start", document)
    translate_all(document)
    ids = [segment.pk for segment in segments_of(document)]

    answer = post(
        browser, "workspace_bulk", document, kind="accept", segments=ids
    ).json()
    assert answer["operation"]["text"] == "Accept: 3 segments"
    assert answer["skipped"] == 0
    found = post(browser, "workspace_replace", document, find="[", **{"with": "<"})
    assert found.json()["total"] == 3
    post(browser, "workspace_replace", document, find="[", apply=True)
    assert first_of(document).target == "One]"

    operations = get(browser, "workspace_operations", document)["operations"]
    assert [one["kind"] for one in operations] == ["replace", "accept", "translate"]
    for one in operations:
        undone = post(browser, "workspace_undo", document, operation=one["id"]).json()
        assert undone == {"restored": 3, "skipped": 0}
    assert [segment.target for segment in segments_of(document)] == ["", "", ""]


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '{"kind": "explode", "segments": []}', '{"x": 1}']
)
def test_a_body_that_is_none_is_refused(
    browser: Client, document: Document, body: str
) -> None:
    path = reverse("workspace_bulk", args=[document.pk])

    answer = browser.post(path, body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["code"] == "body"


def test_figures_are_shown(browser: Client, document: Document, bob: User) -> None:
    segment_edit(
        person=bob,
        document=document,
        segment_id=first_of(document).pk,
        version=0,
        target="Un",
    )
    path = reverse("workspace_figures", args=[document.project_id])

    assert "Bob" in browser.get(path, {"days": "7"}).content.decode()


def test_a_document_that_is_being_read_is_not_opened(
    browser: Client, team: Team, alice: User
) -> None:
    document = po_import(alice, ProjectFactory.create(team=team))
    Document.objects.update(state=Document.State.IMPORTING)

    answer = browser.get(reverse("workspace_document", args=[document.pk]))

    assert answer.status_code == 400
    page = reverse("workspace_project", args=[document.project_id])
    assert "Being read" in browser.get(page).content.decode()
