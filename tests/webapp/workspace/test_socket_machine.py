"""A document's socket, with a model at work."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.webapp.chat.socket import in_database
from tests.webapp.workspace.document_socket import ids_of, page, row_with, until
from tests.webapp.workspace.engine_room import engine_room
from tests.webapp.workspace.factories import document_make
from webapp.accounts.models import Membership, Team, User
from webapp.workspace.machine.runs import run_cancel, run_start
from webapp.workspace.models import Document, Segment

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("hints_alone"),
]


@pytest.fixture
def document(team: Team, settings: Settings) -> Document:
    settings.MODEL_NAMES = ["scripted"]
    return document_make(team)


async def test_machine_text_streams_to_who_looks_at_it(
    document: Document, alice: User, bob: User, tmp_path: Path
) -> None:
    words = " ".join(f"word{n}" for n in range(12))
    await in_database(lambda: Segment.objects.update(source=words))
    [first, *_] = await ids_of(document)
    async with engine_room(tmp_path), await page(alice, document.pk) as looking:
        await looking.ask("view", segments=[first])
        async with await page(bob, document.pk) as elsewhere:
            await in_database(lambda: run_start(person=bob, document_id=document.pk))
            row = await row_with(looking, first, state="pretranslated")
            assert row["target"] == row["machine_text"] == words
            assert row["confidence"] == 1.0
            done = await until(
                elsewhere,
                "progress",
                lambda frame: bool(frame["run"]) and frame["run"]["state"] == "done",
            )
            assert done["run"]["done"] == 3
            assert done["counts"]["pretranslated"] == 3
    seen = {
        delta["segment"]
        for frame in looking.frames
        if frame["type"] == "deltas"
        for delta in frame["deltas"]
    }
    assert seen == {first}
    assert not [f for f in elsewhere.frames if f["type"] == "deltas"]


async def test_a_slow_text_is_shown_as_it_is_written_and_stops_when_cancelled(
    document: Document, bob: User, tmp_path: Path
) -> None:
    """The scripted model tells the time ten times a second."""
    await in_database(lambda: Segment.objects.update(source="1000 10/s"))
    first, *_ = await ids_of(document)
    project = document.project
    project.sampling = {"max_tokens": 1000}
    await in_database(project.save)
    async with engine_room(tmp_path), await page(bob, document.pk) as socket:
        await socket.ask("view", segments=[first])
        await in_database(
            lambda: run_start(person=bob, document_id=document.pk, segment_ids=[first])
        )
        text = ""
        for _ in range(3):
            frame = await socket.until("deltas")
            for delta in frame["deltas"]:
                text = delta["text"] if delta.get("restart") else text + delta["text"]
        assert text.count(".") >= 2
        async with await page(bob, document.pk) as late:
            await late.ask("view", segments=[first])
            frame = await late.until("deltas")
            assert frame["deltas"][0].get("restart")
            assert frame["deltas"][0]["text"].startswith(text[:10])
        await in_database(lambda: run_cancel(person=bob, document_id=document.pk))
        row = await row_with(socket, first, machine="")
        assert row["target"] == ""


async def test_a_beginning_is_completed_and_late_answers_are_dropped(
    document: Document, bob: User, tmp_path: Path
) -> None:
    await in_database(lambda: Segment.objects.update(source="to be or not to be"))
    [first, *_] = await ids_of(document)
    async with engine_room(tmp_path), await page(bob, document.pk) as socket:
        for number, prefix in enumerate(["être", "être ou", "être ou ne"], start=1):
            await socket.ask("complete", segment=first, prefix=prefix, number=number)
        done = await socket.until("completion", done=True)
        assert (done["number"], done["text"]) == (3, " not to be")
        older = await socket.ask("complete", segment=first, prefix="x", number=2)
        assert older["type"] == "ok"
        await socket.ask("ping")
    numbers = [f["number"] for f in socket.frames if f["type"] == "completion"]
    assert numbers == sorted(numbers)


async def test_a_completion_is_a_translators_to_ask(
    document: Document, team: Team, bob: User
) -> None:
    await in_database(lambda: Membership.objects.filter(user=bob).update(role="viewer"))
    [first, *_] = await ids_of(document)
    async with await page(bob, document.pk) as socket:
        await socket.ask("complete", segment=first, prefix="a", number=1)
        answer = await socket.until("completion")
        assert answer["done"] and answer["error"]
