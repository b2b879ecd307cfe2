"""What checks and terms say of a text that is not saved yet."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.webapp.workspace.factories import ProjectFactory, po_import, segments_of
from webapp.accounts.models import Team, User
from webapp.workspace.models import Segment
from webapp.workspace.terms.services import TargetDraft, TermDraft, term_create

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def scripted(settings: Settings) -> None:
    settings.MODEL_NAMES = ["scripted"]


@pytest.fixture
def segment(team: Team, alice: User) -> Segment:
    """Delete %(count)s files?"""
    project = ProjectFactory.create(team=team)
    return segments_of(po_import(alice, project))[1]


def typed(client: Client, segment: Segment, target: str) -> Any:
    path = reverse("workspace_typed", args=[segment.document_id, segment.pk])
    body = json.dumps({"target": target})
    return client.post(path, body, content_type="application/json").json()


def test_a_lost_placeholder_is_told_in_words(
    client: Client, segment: Segment, alice: User
) -> None:
    client.force_login(alice)

    [finding] = typed(client, segment, "Supprimer les fichiers ?")["checks"]

    assert finding["severity"] == "error"
    assert "%(count)s" in finding["message"]
    assert typed(client, segment, "")["checks"] == []


def test_a_place_in_the_text_is_told(
    client: Client, segment: Segment, alice: User
) -> None:
    client.force_login(alice)

    found = typed(client, segment, "Supprimer  %(count)s fichiers ?")["checks"]

    assert (found[0]["start"], found[0]["end"]) == (9, 11)


def test_terms_are_told_as_the_text_treats_them(
    client: Client, segment: Segment, team: Team, alice: User
) -> None:
    draft = TermDraft("file", "en", targets=[TargetDraft("fichier", "fr")])
    term_create(person=alice, team=team, draft=draft)
    client.force_login(alice)

    [term] = typed(client, segment, "Supprimer %(count)s fichiers ?")["terms"]

    assert (term["text"], term["status"]) == ("file", "inflected")
    assert term["spans"] == [[20, 28]]


def test_nothing_is_saved(client: Client, segment: Segment, alice: User) -> None:
    client.force_login(alice)

    typed(client, segment, "Supprimer %(count)s fichiers ?")

    segment.refresh_from_db()
    assert (segment.target, segment.version, segment.checks) == ("", 0, [])
