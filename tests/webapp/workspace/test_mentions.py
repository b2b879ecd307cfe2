"""Who is named in a comment is told, and finds it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.webapp.workspace.factories import document_make, first_of
from webapp.accounts.models import Membership, Team, User
from webapp.workspace.mentions import mention_list, mentions_new
from webapp.workspace.models import Comment, Document
from webapp.workspace.services.comments import (
    comment_add,
    comment_resolve,
    mentions_see,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(team: Team) -> Document:
    return document_make(team)


def say(person: User, document: Document, text: str) -> Comment:
    return comment_add(
        person=person,
        document=document,
        segment_id=first_of(document).pk,
        text=text,
    )


def new(person: User) -> list[str]:
    return [comment.text for comment in mentions_new(person=person)]


def test_it_is_new_until_it_was_seen(
    document: Document, alice: User, bob: User
) -> None:
    first = say(bob, document, f"@{alice} is this right?")
    assert new(alice) == [first.text]
    assert new(bob) == []

    mentions_see(person=alice, until=first.created_at)
    assert new(alice) == []
    second = say(bob, document, f"@{alice}?")
    assert new(alice) == [second.text]
    assert list(mention_list(person=alice)) == [second, first]
    # An older page that is looked at again takes nothing back.
    mentions_see(person=alice, until=timezone.now())
    mentions_see(person=alice, until=timezone.now() - timedelta(days=1))
    assert new(alice) == []


def test_what_is_settled_or_ones_own_asks_for_nothing(
    document: Document, alice: User, bob: User
) -> None:
    say(alice, document, f"@{alice} look again")
    comment = say(bob, document, f"@{alice} is this right?")
    comment_resolve(person=bob, document=document, comment_id=comment.pk)
    assert new(alice) == []
    assert list(mention_list(person=alice)) == [comment]


def test_who_left_the_team_reads_no_more(
    document: Document, alice: User, bob: User, team: Team
) -> None:
    say(alice, document, f"@{bob} hello")
    assert new(bob)
    Membership.objects.filter(team=team, user=bob).delete()
    assert not mention_list(person=bob)


def test_what_was_put_away_is_out_of_sight(
    document: Document, alice: User, bob: User
) -> None:
    say(alice, document, f"@{bob} hello")
    document.deleted_at = timezone.now()
    document.save()
    assert not mention_list(person=bob)


def test_the_page_shows_where_and_what(
    document: Document, alice: User, bob: User, client: Client
) -> None:
    comment = say(bob, document, f"@{alice} <b>is</b> this right?")
    client.force_login(alice)
    projects = client.get(reverse("workspace_projects"))
    assert b"1 new mention" in projects.content

    page = client.get(reverse("workspace_mentions"))

    place = reverse("workspace_document", args=[document.pk])
    assert f"{place}#s{comment.segment_id}" in page.content.decode()
    assert b"&lt;b&gt;is&lt;/b&gt; this right?" in page.content
    assert b"new mention" not in client.get(reverse("workspace_projects")).content


def test_nobody_named_yet(alice: User, client: Client) -> None:
    client.force_login(alice)
    page = client.get(reverse("workspace_mentions"))
    assert b"Nobody has mentioned you yet" in page.content


def test_it_is_for_those_who_are_signed_in(client: Client) -> None:
    assert client.get(reverse("workspace_mentions")).status_code == 302
