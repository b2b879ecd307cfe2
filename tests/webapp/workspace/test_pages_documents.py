"""A project's page: its documents live, files that come in, people and their parts."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.factories import MembershipFactory, UserFactory
from tests.webapp.workspace.factories import (
    PO,
    ProjectFactory,
    document_make,
    first_of,
)
from webapp.accounts.models import Membership, Team, User
from webapp.workspace.import_progress import progress_set
from webapp.workspace.models import Document, Project, Segment, TranslationRun
from webapp.workspace.services.importing import document_read
from webapp.workspace.services.segments import segment_edit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def scripted(settings: Settings) -> None:
    settings.MODEL_NAMES = ["scripted"]


@pytest.fixture
def project(team: Team) -> Project:
    return ProjectFactory.create(team=team, target_languages=["fr", "de", "ja"])


@pytest.fixture
def browser(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def send(browser: Client, project: Project, **fields: Any) -> Any:
    return browser.post(reverse("workspace_import", args=[project.pk]), fields)


def listed(browser: Client, project: Project, **query: str) -> Any:
    return browser.get(reverse("workspace_documents", args=[project.pk]), query)


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_one_file_goes_into_several_languages(
    browser: Client, project: Project
) -> None:
    answer = send(
        browser,
        project,
        file=SimpleUploadedFile("page.md", b"# Hello\n"),
        target_language=["fr", "ja"],
    )

    assert answer["Location"] == reverse("workspace_project", args=[project.pk])
    languages = Document.objects.values_list("target_language", flat=True)
    assert sorted(languages) == ["fr", "ja"]
    assert "2 documents were added." in text_of(browser.get(answer["Location"]))


def test_one_wrong_file_does_not_keep_out_the_others(
    browser: Client, project: Project
) -> None:
    answer = send(
        browser,
        project,
        file=[
            SimpleUploadedFile("good.po", PO),
            SimpleUploadedFile("bad.po", b'msgid "a\n'),
            SimpleUploadedFile("photo.jpeg", b"\xff\xd8"),
            SimpleUploadedFile("empty.po", b""),
        ],
        target_language=["fr"],
    )

    assert answer.status_code == 400
    said = text_of(answer)
    assert "1 document was added." in said
    assert "bad.po: Line 1:" in said
    assert "photo.jpeg: “photo.jpeg” is in no format that is known here." in said
    assert "empty.po: The file is empty." in said
    assert [document.name for document in Document.objects.all()] == ["good.po"]


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    browser: Client, project: Project
) -> None:
    file = SimpleUploadedFile("big.txt", b"x" * (20 * 1024 * 1024 + 1))

    answer = send(browser, project, file=file, target_language=["fr"])

    assert "big.txt: The file has 20.0 MB; at most 20 MB are read." in text_of(answer)


def test_a_pasted_text_needs_no_name(browser: Client, project: Project) -> None:
    answer = send(browser, project, text="Hello.\r\nBye.", target_language=["de"])

    document = Document.objects.get()
    assert answer["Location"] == reverse("workspace_document", args=[document.pk])
    assert (document.name, document.num_segments) == ("text.txt", 2)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"target_language": ["fr"]}, "Choose a file, or paste a text."),
        ({"text": "Hello."}, "Choose at least one language."),
        ({"text": "Hello.", "target_language": ["ru"]}, "Select a valid choice."),
    ],
)
def test_what_is_missing_is_said(
    browser: Client, project: Project, fields: dict[str, Any], said: str
) -> None:
    answer = send(browser, project, **fields)

    assert answer.status_code == 400
    assert said in text_of(answer)
    assert not Document.objects.exists()


def test_more_documents_than_can_be_taken_at_once_are_refused(
    browser: Client, project: Project
) -> None:
    files = [SimpleUploadedFile(f"{number}.txt", b"Hello.") for number in range(17)]

    answer = send(browser, project, file=files, target_language=["fr", "de", "ja"])

    assert "These are more than 50 documents." in text_of(answer)
    assert not Document.objects.exists()


def test_many_small_files_are_read_behind_the_pages_back(
    browser: Client, project: Project
) -> None:
    files = [SimpleUploadedFile(f"{number}.txt", b"Hello.") for number in range(7)]
    send(browser, project, file=files, target_language=["fr"])

    assert set(Document.objects.values_list("state", flat=True)) == {"importing"}
    document = Document.objects.earliest("name")
    progress_set(document.pk, 0.4)
    found = text_of(listed(browser, project))
    assert "Being read, 40%" in found
    assert "Waiting to be read" in found
    assert 'hx-trigger="every 2s"' in found

    for one in Document.objects.all():
        document_read(document_id=one.pk)
    found = text_of(listed(browser, project))
    assert "Being read" not in found
    assert 'hx-trigger="every 20s"' in found


def test_why_a_file_could_not_be_read_stands_in_the_list(
    browser: Client, project: Project
) -> None:
    Document.objects.create(
        project=project,
        name="a.xliff",
        format="xliff",
        target_language="fr",
        state=Document.State.FAILED,
        error={"code": "truncated", "line": 1200, "element": "trans-unit"},
    )

    found = text_of(listed(browser, project))

    assert "Line 1,200: The file ends in the middle of “trans-unit”." in found


def test_the_list_answers_only_when_something_changed(
    browser: Client, team: Team, bob: User
) -> None:
    document = document_make(team)
    seen = listed(browser, document.project).context["seen"]
    assert listed(browser, document.project, seen=seen).status_code == 204

    segment_edit(
        person=bob,
        document=document,
        segment_id=first_of(document).pk,
        version=0,
        target="Un",
    )
    answer = listed(browser, document.project, seen=seen)
    assert answer.status_code == 200
    assert "33% done" in text_of(answer)


def test_the_list_shows_one_language_when_asked(
    browser: Client, project: Project
) -> None:
    send(browser, project, text="Hello.", target_language=["fr", "de"])

    found = listed(browser, project, language="de")
    assert [line.document.target_language for line in found.context["documents"]] == [
        "de"
    ]
    nonsense = listed(browser, project, language="<b>")
    assert len(nonsense.context["documents"]) == 2


def test_a_reviewer_is_led_to_what_waits_and_not_to_their_own(
    client: Client, team: Team, alice: User, bob: User
) -> None:
    document = document_make(team)
    for person, segment in zip((alice, bob), document.segments.all()[:2], strict=True):
        segment_edit(
            person=person,
            document=document,
            segment_id=segment.pk,
            version=0,
            target="Un",
        )
    queue = reverse("workspace_document", args=[document.pk]) + "?filter=review"

    client.force_login(alice)
    found = text_of(listed(client, document.project))
    assert "1 segment waits for your review" in found
    assert queue in found

    Project.objects.update(may_approve_own=True)
    assert "2 segments wait for your review" in text_of(
        listed(client, document.project)
    )
    client.force_login(bob)
    assert queue not in text_of(listed(client, document.project))


def test_a_model_is_started_from_the_list_and_watched_there(
    browser: Client, team: Team
) -> None:
    document = document_make(team)
    path = reverse("workspace_document_translate", args=[document.pk])

    found = text_of(browser.post(path, headers={"HX-Request": "true"}))
    assert "The model translates" in found
    assert "0 of 3" in found
    assert path not in found

    TranslationRun.objects.update(state="paused", done=2, failed=1)
    found = text_of(listed(browser, document.project))
    assert "Paused" in found
    assert "2 of 3" in found
    Segment.objects.update(state="edited")
    TranslationRun.objects.update(state="done")
    refused = browser.post(path, headers={"HX-Request": "true"})
    assert refused.status_code == 400
    assert refused.content.decode() == "There is nothing to translate."


def test_what_failed_is_listed_until_it_is_seen_to(
    browser: Client, team: Team, alice: User
) -> None:
    document = document_make(team)
    failed = first_of(document)
    Segment.objects.filter(pk=failed.pk).update(
        machine="failed", machine_error={"code": "no_end"}
    )
    link = f"{reverse('workspace_document', args=[document.pk])}?filter=failed"

    found = text_of(listed(browser, document.project))
    assert link in found and "1 failed" in found
    segment_edit(
        person=alice,
        document=document,
        segment_id=failed.pk,
        version=failed.version,
        target="Un",
    )
    assert link not in text_of(listed(browser, document.project))


def test_all_documents_are_started_at_once(
    browser: Client, project: Project, alice: User
) -> None:
    send(browser, project, text="Hello.", target_language=["fr", "de"])
    path = reverse("workspace_project_translate", args=[project.pk])
    assert path in text_of(listed(browser, project))

    found = text_of(browser.post(path, headers={"HX-Request": "true"}))

    assert TranslationRun.objects.count() == 2
    assert found.count("The model translates") == 2
    assert path not in found
    refused = browser.post(path, headers={"HX-Request": "true"})
    assert refused.content.decode() == "There is nothing to translate."


def test_what_is_refused_is_a_page_for_a_person_and_a_sentence_for_a_script(
    browser: Client, project: Project
) -> None:
    document = Document.objects.create(
        project=project, name="a.po", format="po", target_language="fr"
    )
    path = reverse("workspace_export", args=[document.pk])

    page = browser.get(path, headers={"Sec-Fetch-Mode": "navigate"})
    assert page.status_code == 400
    assert "<p>The document is still being read." in text_of(page)
    assert 'href="/"' in text_of(page)
    assert browser.get(path)["Content-Type"] == "text/plain"


def test_a_deleted_document_is_brought_back_from_the_toast(
    browser: Client, team: Team
) -> None:
    document = document_make(team)
    remove = reverse("workspace_document_delete", args=[document.pk])
    restore = reverse("workspace_document_restore", args=[document.pk])

    answer = browser.post(remove, headers={"HX-Request": "true"})
    assert "handbook.po (fr) was deleted." in text_of(answer)
    assert restore in text_of(answer)
    assert answer.context["documents"] == []

    answer = browser.post(restore, headers={"HX-Request": "true"})
    assert "handbook.po" in text_of(answer)
    page = browser.post(remove)
    assert page["Location"] == reverse("workspace_project", args=[document.project_id])


def test_a_reader_sees_everything_and_no_button_that_changes_it(
    client: Client, team: Team
) -> None:
    document = document_make(team)
    viewer = UserFactory.create()
    MembershipFactory.create(team=team, user=viewer, role=Membership.Role.VIEWER)
    client.force_login(viewer)

    found = text_of(
        client.get(reverse("workspace_project", args=[document.project_id]))
    )

    assert "handbook.po" in found
    assert reverse("workspace_export", args=[document.pk]) in found
    for name in ("workspace_document_delete", "workspace_document_translate"):
        assert reverse(name, args=[document.pk]) not in found
    for name in ("workspace_import", "workspace_project_edit"):
        assert reverse(name, args=[document.project_id]) not in found


def test_parts_are_given_on_the_page_and_owners_keep_theirs(
    browser: Client, project: Project, alice: User, bob: User
) -> None:
    path = reverse("workspace_member_role", args=[project.pk, bob.pk])
    page = reverse("workspace_project", args=[project.pk])
    found = text_of(browser.get(page))
    assert path in found
    assert reverse("workspace_member_role", args=[project.pk, alice.pk]) not in found

    answer = browser.post(path, {"role": "reviewer"}, follow=True)
    assert answer.redirect_chain[0][0] == f"{page}#people"
    assert '<option value="reviewer" selected>' in text_of(answer)


def test_addresses_of_pages_are_closed_to_strangers(
    client: Client, project: Project, charlie: User
) -> None:
    client.force_login(charlie)

    for name in ("workspace_project", "workspace_documents", "workspace_figures"):
        assert client.get(reverse(name, args=[project.pk])).status_code == 404
