"""What a turn of the pump asks of the database: no more for many segments than for one.

Statements are counted and not timed: a count is the same on every machine. Rows are
inserted many at a time, on SQLite about twenty, as it takes no more values at once.
"""

from collections.abc import Callable, Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests.webapp.workspace.factories import document_make, first_of
from tests.webapp.workspace.machine import finish, in_flight
from webapp.accounts.models import Team, User
from webapp.generation.heartbeats import WorkerStatus, heartbeat_send
from webapp.generation.models import Generation
from webapp.workspace.machine.pump import runs_pump
from webapp.workspace.machine.runs import run_cancel, run_pause, run_start
from webapp.workspace.models import Document, Segment
from webapp.workspace.services.segments import segment_edit

pytestmark = pytest.mark.django_db

MANY = 50
ROWS_IN_INSERT = 20
WITHOUT_WORDS = "%(count)s"


@pytest.fixture(autouse=True)
def big_crew(settings: Settings) -> None:
    settings.MODEL_NAMES = ["scripted"]
    heartbeat_send(WorkerStatus("box:1", slots=MANY, running=0, models=()))


def statements(work: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        work()
    return [query["sql"] for query in seen.captured_queries]


def assert_as_few(many: Sequence[str], one: Sequence[str]) -> None:
    """Inserts of many rows come in some pieces; all else is the same."""
    inserts = [
        [sql for sql in sqls if sql.startswith("INSERT")] for sqls in (many, one)
    ]
    others = [
        len(sqls) - len(own) for sqls, own in zip((many, one), inserts, strict=True)
    ]
    pieces = -(-MANY // ROWS_IN_INSERT)
    assert others[0] <= others[1], "\n".join(many)
    assert len(inserts[0]) <= pieces * len(inserts[1]), "\n".join(many)


def started(team: Team, person: User, sources: Sequence[str]) -> Document:
    """A run that the pump has not seen yet; the glossary is compiled already."""
    document = document_make(team, list(sources))
    run_start(person=person, document_id=document.pk)
    return document


def sentences(count: int) -> list[str]:
    return [f"Sentence {n} of {count}" for n in range(count)]


def asked(team: Team, person: User, count: int) -> Document:
    document = started(team, person, sentences(count))
    runs_pump()
    assert len(in_flight(document)) == count
    return document


def collected(document: Document, **how: object) -> list[str]:
    """A turn after all of them have ended in this way."""
    for segment in in_flight(document):
        finish(segment, f"[{segment.source}]", logprobs=[-0.5], **how)  # type: ignore[arg-type]  # as the test says
    return statements(runs_pump)


def test_many_are_asked_for_as_one_is(team: Team, bob: User) -> None:
    started(team, bob, ["So that the glossary is compiled"])
    runs_pump()
    documents = [started(team, bob, sentences(1))]
    one = statements(runs_pump)
    run_cancel(person=bob, document_id=documents[0].pk)
    documents.append(started(team, bob, sentences(MANY)))

    many = statements(runs_pump)

    assert len(in_flight(documents[1])) == MANY
    assert_as_few(many, one)


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"reason": Generation.FinishReason.LENGTH},
        {
            "status": Generation.Status.FAILED,
            "reason": Generation.FinishReason.ERROR,
            "error": {"code": "deadline", "seconds": 9},
        },
    ],
    ids=["written", "cut", "failed"],
)
def test_many_are_taken_in_as_one_is(
    team: Team, bob: User, how: dict[str, object]
) -> None:
    one = collected(asked(team, bob, 1), **how)
    document = asked(team, bob, MANY)

    many = collected(document, **how)

    assert not in_flight(document)
    assert document.segments.exclude(target="").count() == (0 if how else MANY)
    assert_as_few(many, one)


def test_many_that_need_no_model_cost_as_one_does(team: Team, bob: User) -> None:
    started(team, bob, ["So that the glossary is compiled"])
    runs_pump()
    started(team, bob, [WITHOUT_WORDS])
    one = statements(runs_pump)
    document = started(team, bob, [WITHOUT_WORDS] * MANY)

    many = statements(runs_pump)

    assert document.segments.filter(target=WITHOUT_WORDS).count() == MANY
    assert_as_few(many, one)


def test_forms_of_plurals_are_compared_without_a_look_for_each(
    team: Team, bob: User
) -> None:
    def with_plurals(count: int) -> list[str]:
        document = asked(team, bob, count)
        for segment in document.segments.all():
            segment.plural = ("one", "other")[segment.position % 2]
            segment.plural_group = f"group {segment.position // 2}"
            segment.save(update_fields=["plural", "plural_group"])
        return collected(document)

    one = with_plurals(1)
    assert_as_few(with_plurals(MANY), one)


@pytest.mark.parametrize("stop", [run_cancel, run_pause])
def test_many_are_stopped_as_one_is(
    team: Team, bob: User, stop: Callable[..., object]
) -> None:
    def stopped(count: int) -> list[str]:
        document = asked(team, bob, count)
        return statements(lambda: stop(person=bob, document_id=document.pk))

    one = stopped(1)
    assert_as_few(stopped(MANY), one)
    assert set(Generation.objects.values_list("status", flat=True)) == {"cancelled"}


def test_a_keystroke_among_many_is_kept(team: Team, bob: User) -> None:
    document = asked(team, bob, MANY)
    mine = first_of(document)
    segment_edit(
        person=bob,
        document=document,
        segment_id=mine.pk,
        version=mine.version,
        target="Mien",
    )

    collected(document)

    mine = first_of(document)
    assert (mine.target, mine.state) == ("Mien", Segment.State.EDITED)
    assert mine.machine_text == f"[{mine.source}]"
    versions = set(document.segments.values_list("version", flat=True))
    assert versions == {1}, "each was written once"


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL reads a short table whole"
)
def test_what_is_next_is_read_from_an_index(team: Team, bob: User) -> None:
    """However long the document is, a turn sorts none of it."""
    document = asked(team, bob, 1)
    run = document.runs.get()
    waiting = run.segments.filter(machine=Segment.Machine.WAITING)
    plan = waiting.order_by("position").explain()
    assert "segment_run" in plan
    assert "TEMP B-TREE" not in plan
