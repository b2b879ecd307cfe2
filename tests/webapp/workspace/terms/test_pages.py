"""The page of a team's terms, its form, and files in and out."""

from typing import cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client
from django.urls import reverse

from webapp.accounts.models import Membership, Team, User
from webapp.workspace.models import Term
from webapp.workspace.terms.services import TargetDraft, TermDraft, term_create

CSV = b"source,target,forbidden\nfile,Datei,\nfile,Akte,yes\n,Nichts,\n"


@pytest.fixture
def term(team: Team, bob: User) -> Term:
    targets = [TargetDraft("Datei", "de", is_preferred=True)]
    return term_create(person=bob, team=team, draft=TermDraft("file", "en", targets))


def url(name: str, team: Team, *more: object) -> str:
    return reverse(name, args=[team.pk, *more])


def filled(**values: str) -> dict[str, str]:
    return {
        "text": "folder",
        "language": "en",
        "target_language_1": "de",
        "target_text_1": "Ordner",
        "target_use_1": "preferred",
        **values,
    }


def test_every_member_sees_the_terms_and_finds_one_by_its_translation(
    client: Client, team: Team, term: Term, bob: User
) -> None:
    client.force_login(bob)
    page = client.get(url("workspace_terms", team)).content.decode()
    assert "file" in page
    assert "Datei" in page
    found = client.get(url("workspace_terms", team), {"q": "date"})
    assert list(found.context["page"]) == [term]
    missed = client.get(url("workspace_terms", team), {"q": "xyz"})
    assert list(missed.context["page"]) == []


def test_a_member_writes_a_term_and_changes_it(
    client: Client, team: Team, bob: User
) -> None:
    client.force_login(bob)
    client.post(url("workspace_term_new", team), filled())
    term = Term.objects.get()
    assert (term.text, term.targets.get().text) == ("folder", "Ordner")
    form = client.get(url("workspace_term_edit", team, term.pk)).content.decode()
    assert 'value="Ordner"' in form
    changed = filled(target_text_1="Mappe", target_use_1="forbidden")
    client.post(url("workspace_term_edit", team, term.pk), changed)
    target = term.targets.get()
    assert (target.text, target.is_forbidden) == ("Mappe", True)


@pytest.mark.parametrize(
    "values",
    [
        {"text": ""},
        {"language": "not a tag"},
        {"target_language_1": ""},
        {"text": "x" * 201},
    ],
)
def test_a_form_that_is_wrong_comes_back(
    client: Client, team: Team, bob: User, values: dict[str, str]
) -> None:
    client.force_login(bob)
    answer = client.post(url("workspace_term_new", team), filled(**values))
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Term.objects.exists()


def test_a_reviewer_deletes_one_and_a_member_may_not(
    client: Client, team: Team, term: Term, alice: User, bob: User
) -> None:
    client.force_login(bob)
    assert client.post(url("workspace_term_delete", team, term.pk)).status_code == 403
    client.force_login(alice)
    assert client.post(url("workspace_term_delete", team, term.pk)).status_code == 302
    assert not Term.objects.exists()


def test_a_viewer_reads_and_does_not_write(
    client: Client, team: Team, term: Term, bob: User
) -> None:
    Membership.objects.filter(user=bob).update(role=Membership.Role.VIEWER)
    client.force_login(bob)
    assert client.get(url("workspace_terms", team)).status_code == 200
    assert client.post(url("workspace_term_new", team), filled()).status_code == 403


def test_a_stranger_gets_the_answer_of_what_does_not_exist(
    client: Client, team: Team, term: Term, charlie: User
) -> None:
    client.force_login(charlie)
    for name in ("workspace_terms", "workspace_term_new", "workspace_terms_export"):
        assert client.get(url(name, team)).status_code == 404
    assert client.get(url("workspace_term_edit", team, term.pk)).status_code == 404
    for more in ((), (term.pk,)):
        name = "workspace_term_delete" if more else "workspace_terms_import"
        assert client.post(url(name, team, *more)).status_code == 404


def test_a_table_is_read_and_what_is_wrong_in_it_is_told(
    client: Client, team: Team, alice: User
) -> None:
    client.force_login(alice)
    data = {
        "file": SimpleUploadedFile("terms.csv", CSV),
        "source_language": "en",
        "target_language": "de",
    }
    answer = client.post(url("workspace_terms_import", team), data, follow=True)
    term = Term.objects.get()
    assert {(t.text, t.is_forbidden) for t in term.targets.all()} == {
        ("Datei", False),
        ("Akte", True),
    }
    told = [str(message) for message in answer.context["messages"]]
    assert told[0] == "1 term was read."
    assert told[1].startswith("1 entry could not be taken. Line 4")


def test_a_file_is_not_a_member_s_to_read_in(
    client: Client, team: Team, bob: User
) -> None:
    client.force_login(bob)
    data = {
        "file": SimpleUploadedFile("terms.csv", CSV),
        "source_language": "en",
        "target_language": "de",
    }
    assert client.post(url("workspace_terms_import", team), data).status_code == 403
    assert not Term.objects.exists()


def test_a_file_that_is_none_is_refused_in_words(
    client: Client, team: Team, alice: User
) -> None:
    client.force_login(alice)
    broken = SimpleUploadedFile("terms.tbx", b"<tbx><not closed")
    data = {"file": broken, "source_language": "en", "target_language": "de"}
    answer = client.post(url("workspace_terms_import", team), data, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]


@pytest.mark.django_db(transaction=True)
async def test_terms_are_downloaded_as_a_table_and_as_tbx(
    async_client: AsyncClient, team: Team, term: Term, bob: User
) -> None:
    await async_client.aforce_login(bob)
    for query, words in (("", "file,Datei"), ("?language=en", "<term>Datei</term>")):
        answer = await async_client.get(url("workspace_terms_export", team) + query)
        pieces = [piece async for piece in cast("StreamingHttpResponse", answer)]
        assert words in b"".join(pieces).decode("utf-8-sig")
