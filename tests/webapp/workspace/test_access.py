"""Every address of the workspace, as everybody. A new one that is not in the table
fails the test."""

import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from pytest_django import Settings

from tests.factories import MembershipFactory, UserFactory
from tests.webapp.workspace.factories import document_make, first_of
from webapp.accounts.models import Membership, Team, User
from webapp.workspace import urls
from webapp.workspace.models import Document, Segment

pytestmark = pytest.mark.django_db

# name: method, who may (reader, translator, reviewer, manager), what is sent
READER, TRANSLATOR, REVIEWER, MANAGER = range(4)
PAGES: dict[str, tuple[str, int, dict[str, Any]]] = {
    "workspace_project": ("get", READER, {}),
    "workspace_project_edit": ("get", MANAGER, {}),
    "workspace_project_delete": ("post", MANAGER, {}),
    "workspace_project_restore": ("post", MANAGER, {}),
    "workspace_member_role": ("post", MANAGER, {"role": "reader"}),
    "workspace_people": ("get", READER, {}),
    "workspace_import": ("post", MANAGER, {"text": "Hello.", "target_language": "fr"}),
    "workspace_documents": ("get", READER, {}),
    "workspace_document_translate": ("post", TRANSLATOR, {}),
    "workspace_project_translate": ("post", TRANSLATOR, {}),
    "workspace_figures": ("get", READER, {}),
    "workspace_rules": ("get", READER, {}),
    "workspace_document": ("get", READER, {}),
    "workspace_export": ("get", READER, {}),
    "workspace_export_left_out": ("get", READER, {}),
    "workspace_document_delete": ("post", MANAGER, {}),
    "workspace_document_restore": ("post", MANAGER, {}),
    "workspace_index": ("get", READER, {}),
    "workspace_changes": ("get", READER, {"since": "0"}),
    "workspace_segments": ("get", READER, {"ids": "1"}),
    "workspace_segment": ("get", READER, {}),
    "workspace_operations": ("get", READER, {}),
}
JSON: dict[str, tuple[int, dict[str, Any]]] = {
    "workspace_typed": (READER, {"target": "Bonjour"}),
    "workspace_run_start": (TRANSLATOR, {}),
    "workspace_run": (TRANSLATOR, {}),
    "workspace_bulk": (TRANSLATOR, {"kind": "copy", "segments": []}),
    "workspace_replace": (TRANSLATOR, {"find": "a"}),
    "workspace_undo": (TRANSLATOR, {"operation": str(uuid.uuid4())}),
    "workspace_merge": (TRANSLATOR, {"segment": 1, "version": 0}),
    "workspace_split": (TRANSLATOR, {"segment": 1, "version": 0, "source_offset": 1}),
}
OPEN = {  # to everybody who is signed in
    "workspace_projects",
    "workspace_project_new",
    "workspace_model_fit",
    "workspace_mentions",
}


@pytest.fixture
def document(team: Team, settings: Settings) -> Document:
    settings.MODEL_NAMES = ["scripted"]
    return document_make(team)


def path_of(name: str, document: Document, bob: User) -> str:
    arguments: list[Any] = [
        document.project_id if takes(name, "project_id") else document.pk
    ]
    if takes(name, "segment_id"):
        arguments.append(first_of(document).pk)
    if takes(name, "person_id"):
        arguments.append(bob.pk)
    if takes(name, "action"):
        arguments.append("pause")
    return reverse(name, args=arguments)


def takes(name: str, argument: str) -> bool:
    [(_pattern, arguments)] = get_resolver().reverse_dict.getlist(name)[0][0]
    return argument in arguments


def send(client: Client, name: str, path: str) -> int:
    if name in JSON:
        body = json.dumps(JSON[name][1])
        return client.post(path, body, content_type="application/json").status_code
    method, _least, data = PAGES[name]
    status: int = getattr(client, method)(path, data).status_code
    return status


def test_the_table_has_every_address() -> None:
    names = {pattern.name for pattern in urls.urlpatterns}

    assert names == {*PAGES, *JSON} | OPEN


@pytest.mark.parametrize("name", [*PAGES, *JSON])
def test_strangers_are_told_what_is_said_of_what_does_not_exist(
    client: Client, document: Document, bob: User, charlie: User, name: str
) -> None:
    path = path_of(name, document, bob)
    unknown = path.replace(str(document.pk), str(uuid.uuid4())).replace(
        str(document.project_id), str(uuid.uuid4())
    )

    assert send(client, name, path) in {302, 401}
    client.force_login(charlie)
    assert send(client, name, path) == send(client, name, unknown) == 404
    assert Segment.objects.filter(version=0).count() == 3


@pytest.mark.parametrize("name", [*PAGES, *JSON])
def test_members_are_told_when_their_role_is_not_enough(
    client: Client, team: Team, document: Document, bob: User, name: str
) -> None:
    least = JSON[name][0] if name in JSON else PAGES[name][1]
    path = path_of(name, document, bob)
    roles = Membership.Role
    cast = [roles.VIEWER, roles.MEMBER, roles.REVIEWER, roles.OWNER]
    for rank, role in enumerate(cast):
        person = UserFactory.create()
        MembershipFactory.create(team=team, user=person, role=role)
        client.force_login(person)
        status = send(client, name, path)
        assert (status == 403) == (rank < least), (role, status)
        assert status < 500


@pytest.mark.parametrize(
    "name", [*JSON, *(name for name, page in PAGES.items() if page[0] == "post")]
)
def test_nothing_changes_by_a_get(
    client: Client, document: Document, alice: User, bob: User, name: str
) -> None:
    client.force_login(alice)

    assert client.get(path_of(name, document, bob)).status_code == 405
