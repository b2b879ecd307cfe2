"""The page of a team's memory, and files in and out."""

from typing import cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client
from django.urls import reverse

from tests.webapp.workspace.memory.factories import ProjectFactory, found, remember
from webapp.accounts.models import Team, User
from webapp.workspace.models import MemoryEntry, Project

UNIT = (
    '<tu><tuv xml:lang="en"><seg>{}</seg></tuv>'
    '<tuv xml:lang="de"><seg>{}</seg></tuv></tu>'
)
TMX = (
    '<?xml version="1.0"?><tmx version="1.4"><header srclang="en"/><body>'
    + UNIT.format("Open", "Öffnen")
    + UNIT.format("Close", "")
    + "</body></tmx>"
)


@pytest.fixture
def project(team: Team) -> Project:
    return ProjectFactory.create(team=team)


def url(name: str, team: Team, *more: object) -> str:
    return reverse(name, args=[team.pk, *more])


def upload(content: str) -> dict[str, object]:
    return {
        "file": SimpleUploadedFile("old.tmx", content.encode()),
        "source_language": "en",
        "target_language": "de",
    }


def test_it_shows_where_the_memory_comes_from_and_finds_entries(
    client: Client, team: Team, project: Project, bob: User
) -> None:
    remember(project, ("Open", "Öffnen"), ("Close", "Schließen"))
    client.force_login(bob)
    page = client.get(url("workspace_memory", team))
    [shelf] = page.context["shelves"]
    assert (shelf.origin, shelf.count) == ("a.po", 2)
    page = client.get(url("workspace_memory", team), {"q": "schließ"})
    assert [entry.source for entry in page.context["found"]] == ["Close"]
    assert "Schließen" in page.content.decode()


def test_a_tmx_file_is_read_and_what_is_wrong_in_it_is_told(
    client: Client, team: Team, project: Project, alice: User
) -> None:
    client.force_login(alice)
    answer = client.post(url("workspace_memory_import", team), upload(TMX), follow=True)
    told = [str(message) for message in answer.context["messages"]]
    assert told[0] == "1 new entry is remembered."
    assert told[1].startswith("1 entry could not be taken.")
    assert found(project, "Open") == [(100, "Öffnen")]


@pytest.mark.parametrize("content", ["no TMX at all", "<tmx><body>", "<html/>"])
def test_what_is_no_tmx_is_refused_in_words(
    client: Client, team: Team, alice: User, content: str
) -> None:
    client.force_login(alice)
    answer = client.post(
        url("workspace_memory_import", team), upload(content), follow=True
    )
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert not MemoryEntry.objects.exists()


def test_a_member_neither_imports_nor_forgets_what_others_wrote(
    client: Client, team: Team, project: Project, bob: User
) -> None:
    remember(project, ("Open", "Öffnen"))
    entry = MemoryEntry.objects.get()
    client.force_login(bob)
    posts = [
        (url("workspace_memory_import", team), upload(TMX)),
        (url("workspace_memory_forget", team), {"origin": "a.po"}),
        (url("workspace_memory_delete", team, entry.pk), {}),
    ]
    for address, data in posts:
        assert client.post(address, data).status_code == 403
    assert MemoryEntry.objects.count() == 1


def test_an_owner_forgets_an_entry_and_a_whole_file(
    client: Client, team: Team, project: Project, alice: User
) -> None:
    remember(project, ("Open", "Öffnen"), ("Close", "Schließen"), ("Save", "Sichern"))
    entry = MemoryEntry.objects.get(source="Open")
    client.force_login(alice)
    client.post(url("workspace_memory_delete", team, entry.pk))
    assert MemoryEntry.objects.count() == 2
    shelf = {"origin": "a.po", "source_language": "en", "target_language": "de"}
    client.post(url("workspace_memory_forget", team), shelf)
    assert not MemoryEntry.objects.exists()


def test_a_stranger_gets_the_answer_of_what_does_not_exist(
    client: Client, team: Team, project: Project, charlie: User
) -> None:
    remember(project, ("Open", "Öffnen"))
    entry = MemoryEntry.objects.get()
    client.force_login(charlie)
    for name in ("workspace_memory", "workspace_memory_export"):
        assert client.get(url(name, team)).status_code == 404
    for name in ("workspace_memory_import", "workspace_memory_forget"):
        assert client.post(url(name, team)).status_code == 404
    address = url("workspace_memory_delete", team, entry.pk)
    assert client.post(address).status_code == 404
    assert MemoryEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
async def test_the_memory_is_downloaded_as_tmx(
    async_client: AsyncClient, team: Team, project: Project, bob: User
) -> None:
    await MemoryEntry.objects.acreate(
        team=team,
        source_language="en",
        target_language="de",
        source="Open",
        target="Öffnen",
        exact_key=1,
        normal_key=1,
    )
    await async_client.aforce_login(bob)
    answer = await async_client.get(url("workspace_memory_export", team))
    pieces = [piece async for piece in cast("StreamingHttpResponse", answer)]
    assert "<seg>Öffnen</seg>" in b"".join(pieces).decode()
