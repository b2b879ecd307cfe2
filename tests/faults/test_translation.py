"""kill -9 in the middle of a document: no segment is lost, none is written twice."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random

import pytest
from pytest_django import Settings

from tests.faults.crew import Crew, beat_start, default_worker_start
from tests.faults.patience import eventually
from tests.inference.tiny_model import model_write
from tests.servers import process_end
from tests.webapp.workspace.factories import document_make, segments_of
from webapp.accounts.models import Team, User
from webapp.generation.models import Generation, UsageRecord
from webapp.workspace.machine.runs import run_start
from webapp.workspace.models import Document, Segment, TranslationRun
from webapp.workspace.services.segments import segment_edit

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

NUM_SEGMENTS = 12
SOURCE = "20 10/s"  # the scripted model takes two seconds for it
SECONDS = 120.0


class Site:
    """All processes that a translation passes through."""

    def __init__(self, models: Path, stack: ExitStack) -> None:
        directory = model_write(models / "tiny")
        self._stack = stack
        self._crew = Crew(models=str(directory), models_home=models / "home")
        stack.callback(self._crew.close)
        self._crew.muster(1)
        self._default = self._started(default_worker_start)
        self._started(beat_start)

    def kill_default(self) -> None:
        self._default.kill()
        self._default.wait()
        self._default = self._started(default_worker_start)

    def kill_model(self) -> None:
        [worker] = self._crew.muster(1)
        worker.kill()
        self._crew.start()

    def _started(
        self, start: Callable[[], "subprocess.Popen[bytes]"]
    ) -> "subprocess.Popen[bytes]":
        process = start()
        self._stack.callback(process_end, process)
        return process


@pytest.fixture
def site(
    redis_server: "subprocess.Popen[bytes]",
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Site]:
    monkeypatch.setenv("TANDEM_SCRIPTED", "1")  # of the children
    settings.MODEL_NAMES = ["tiny", "scripted"]
    with ExitStack() as stack:
        yield Site(tmp_path, stack)


def written(document: Document) -> int:
    return document.segments.exclude(target="").count()


def run_is_over(document: Document) -> bool:
    run = TranslationRun.objects.get(document=document)
    return run.state == TranslationRun.State.DONE


def test_every_process_may_die_while_a_document_is_translated(
    site: Site, team: Team, bob: User, random: Random
) -> None:
    document = document_make(team, [SOURCE] * NUM_SEGMENTS)
    run_start(person=bob, document_id=document.pk)
    eventually(lambda: written(document) >= 1, seconds=SECONDS)
    mine = segments_of(document)[-1]
    segment_edit(
        person=bob,
        document=document,
        segment_id=mine.pk,
        version=mine.version,
        target="Mien",
    )
    kills = [site.kill_model, site.kill_default]
    random.shuffle(kills)
    for kill in kills:
        kill()
    eventually(lambda: run_is_over(document), seconds=SECONDS)

    *others, mine = segments_of(document)
    assert mine.target == "Mien"
    for segment in others:
        assert segment.state == Segment.State.PRETRANSLATED
        assert len(segment.target.split()) == 20
        assert segment.version == segment.revisions.count() == 1
    run = TranslationRun.objects.get(document=document)
    assert (run.done, run.failed) == (NUM_SEGMENTS, 0)
    # Each was asked for once, whatever died meanwhile.
    assert Generation.objects.count() == UsageRecord.objects.count() == NUM_SEGMENTS
