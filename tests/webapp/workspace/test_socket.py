"""A document's socket: what one does, the others see."""

import asyncio
import uuid
from typing import Any

import pytest
from pytest_django import Settings

from tests.webapp.chat.socket import Closed, Frame, in_database
from tests.webapp.workspace.document_socket import ids_of, page, row_with, until
from tests.webapp.workspace.factories import document_make, first_of
from webapp.accounts.models import Team, User
from webapp.accounts.services import member_remove
from webapp.common import frames
from webapp.workspace.models import Document, ProjectMember
from webapp.workspace.protocol import MAX_VIEW

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("hints_alone"),
]


@pytest.fixture
def document(team: Team, settings: Settings) -> Document:
    settings.MODEL_NAMES = ["scripted"]
    return document_make(team)


async def test_it_says_who_one_is_and_what_one_may(
    document: Document, bob: User
) -> None:
    socket = await page(bob, document.pk)
    async with socket:
        hello = socket.frames[0]
        assert hello["document"] == str(document.pk)
        assert hello["person"]["name"] == "Bob"
        assert hello["may"] == ["read", "translate"]
        assert hello["change"] == 0


async def test_a_strangers_document_does_not_exist(
    document: Document, charlie: User
) -> None:
    said = []
    for document_id in (document.pk, uuid.uuid4()):
        socket = await page(charlie, document_id)
        assert await socket.connect()
        frame = await socket.receive()
        said.append((frame["code"], frame["message"]))
        assert await socket.closed() == frames.CLOSE_NOT_FOUND
    assert said[0] == said[1] == ("not_found", "There is no such document.")


async def test_what_one_saves_the_others_see(
    document: Document, alice: User, bob: User
) -> None:
    [first, *_] = await ids_of(document)
    async with (
        await page(alice, document.pk) as other,
        await page(bob, document.pk) as own,
    ):
        answer = await own.ask("edit", segment=first, version=0, target="Un")
        assert answer["row"]["target"] == "Un"
        assert answer["row"]["version"] == 1
        for socket in (own, other):
            row = await row_with(socket, first, version=1)
            assert row["target"] == "Un"
            assert row["edited_by"]["name"] == "Bob"
            progress = await socket.until("progress")
            assert progress["counts"]["edited"] == 1


async def test_a_stale_save_is_answered_with_the_three_sides(
    document: Document, alice: User, bob: User
) -> None:
    [first, *_] = await ids_of(document)
    async with await page(alice, document.pk) as other:
        await other.ask("edit", segment=first, version=0, target="Une")
        async with await page(bob, document.pk) as own:
            answer = await own.ask("edit", segment=first, version=0, target="Un")
            assert answer["code"] == "conflict"
            assert answer["conflict"] == {
                "base": "",
                "theirs": "Une",
                "version": 1,
                "person": {"id": str(alice.pk), "name": "Alice"},
            }
            merged = await own.ask("edit", segment=first, version=1, target="Un(e)")
            assert merged["row"]["target"] == "Un(e)"


async def test_the_way_of_a_segment_to_its_approval(
    document: Document, alice: User, bob: User
) -> None:
    [first, *_] = await ids_of(document)
    async with await page(bob, document.pk) as translator:
        await translator.ask("edit", segment=first, version=0, target="Un")
        refused = await translator.ask("approve", segment=first, version=1)
        assert refused["code"] == "forbidden"
        async with await page(alice, document.pk) as reviewer:
            answer = await reviewer.ask(
                "reject", segment=first, version=1, reason="Too short"
            )
            assert answer["row"]["rejection"] == "Too short"
            row = await row_with(translator, first, state="rejected")
            assert row["rejection"] == "Too short"
            await translator.ask("restore", segment=first, version=2, number=1)
            answer = await reviewer.ask("approve", segment=first, version=3)
            assert answer["row"]["state"] == "reviewed"
            assert answer["row"]["history"] == 4


def places(frame: dict[str, Any]) -> dict[str, int | None]:
    return {who["person"]["name"]: who["segment"] for who in frame["people"]}


async def test_who_is_where_and_what_they_hold(
    document: Document, alice: User, bob: User
) -> None:
    [first, *_] = await ids_of(document)
    async with await page(alice, document.pk) as other:
        async with await page(bob, document.pk) as own:
            await own.ask("focus", segment=first)
            # The lock is in the database and the place in Redis: one may come first.
            seen = await until(
                other, "presence", lambda frame: places(frame).get("Bob") == first
            )
            assert seen["locks"] == [
                {"segment": first, "person": {"id": str(bob.pk), "name": "Bob"}}
            ]

            refused = await other.ask("focus", segment=first)
            assert (refused["code"], refused["holder"]["name"]) == ("held", "Bob")
            taken = await other.ask("focus", segment=first, take=True)
            assert taken["type"] == "ok"
        await until(
            other,
            "presence",
            lambda frame: set(places(frame)) == {"Alice"},
        )
    assert (await in_database(lambda: first_of(document))).lock_holder_id is None


async def test_two_who_ask_for_the_next_get_two(
    document: Document, alice: User, bob: User
) -> None:
    ids = await ids_of(document)
    async with (
        await page(alice, document.pk) as one,
        await page(bob, document.pk) as two,
    ):
        answers = await asyncio.gather(one.ask("next"), two.ask("next"))
        assert {answer["segment"] for answer in answers} == set(ids[:2])
        last = await two.ask("next", after=ids[1])
        assert last["segment"] == ids[2]


async def test_comments_reach_everybody(
    document: Document, alice: User, bob: User
) -> None:
    [first, *_] = await ids_of(document)
    async with (
        await page(alice, document.pk) as other,
        await page(bob, document.pk) as own,
    ):
        await own.ask("comment", segment=first, text="Is this right, @alice?")
        frame = await other.until("comments", segment=first)
        [comment] = frame["comments"]
        assert comment["text"] == "Is this right, @alice?"
        assert [person["name"] for person in comment["mentions"]] == ["Alice"]
        await other.ask("resolve", comment=comment["id"])
        frame = await own.until("comments")
        frame = (
            frame if frame["comments"][0]["resolved"] else await own.until("comments")
        )
        assert frame["comments"][0]["resolved"]


async def test_a_reader_looks_and_changes_nothing(
    document: Document, bob: User
) -> None:
    await in_database(
        lambda: ProjectMember.objects.create(
            project=document.project, person=bob, role=ProjectMember.Role.READER
        )
    )
    [first, *_] = await ids_of(document)
    async with await page(bob, document.pk) as socket:
        for frame in (
            {"kind": "edit", "segment": first, "version": 0, "target": "Un"},
            {"kind": "accept", "segment": first, "version": 0},
            {"kind": "next"},
            {"kind": "comment", "segment": first, "text": "Hm"},
            {"kind": "dismiss", "segment": first, "check": "x"},
        ):
            assert (await socket.ask(**frame))["code"] == "forbidden"
        assert (await socket.ask("focus", segment=first))["type"] == "ok"
        assert (await socket.ask("ping"))["type"] == "ok"
    assert (await in_database(lambda: first_of(document))).lock_holder_id is None


async def test_who_leaves_the_team_is_shut_out_at_once(
    document: Document, alice: User, bob: User, team: Team
) -> None:
    socket = await page(bob, document.pk)
    async with socket:
        await in_database(lambda: member_remove(actor=alice, team=team, person=bob))
        with pytest.raises(Closed) as caught:
            while True:
                await socket.receive()
        assert caught.value.code == frames.CLOSE_NOT_FOUND


async def test_another_documents_segment_is_unknown(
    document: Document, team: Team, bob: User
) -> None:
    other = await in_database(lambda: first_of(document_make(team)).pk)
    async with await page(bob, document.pk) as socket:
        for kind in ("accept", "approve"):
            answer = await socket.ask(kind, segment=other, version=0)
            assert answer["code"] in {"not_found", "forbidden"}
        answer = await socket.ask("edit", segment=other, version=0, target="x")
        assert answer["code"] == "not_found"
        assert (await socket.ask("focus", segment=other))["code"] == "not_found"


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "edit", "segment": 1},
        {"type": "edit", "segment": 1, "version": -1, "target": ""},
        {"type": "view", "segments": list(range(1, MAX_VIEW + 2))},
        {"type": "view", "segments": ["a"]},
        {"type": "complete", "segment": 1, "prefix": "x" * 50_001, "number": 1},
        {"type": "explode"},
        {"type": "ping", "extra": True},
    ],
)
async def test_what_is_no_frame_is_refused(
    document: Document, bob: User, frame: Frame
) -> None:
    async with await page(bob, document.pk) as socket:
        await socket.send({**frame, "ref": "1"})
        answer = await socket.until("error", ref="1")
        assert answer["code"] == "frame"
