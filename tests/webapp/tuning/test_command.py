"""`manage.py finetune`: a job from the command line, followed to its end."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.webapp.tuning.factories import MODEL, ModelVersionFactory
from webapp.tuning.models import TuningJob
from webapp.tuning.services import Made, job_claim, job_end, job_finish

pytestmark = pytest.mark.django_db
SCORES = {
    "items": 4,
    "loss": [2.0, 1.0],
    "win_rate": 1.0,
    "translation": {"en-fr": {"chrf": [40, 50]}},
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "edits.en-fr.tsv"
    path.write_text("a\tb\n")
    return path


def run(data: Path, *arguments: str) -> str:
    out = io.StringIO()
    call_command("finetune", "--model", MODEL, "--data", data, *arguments, stdout=out)
    return out.getvalue()


def the_worker_ends_it(monkeypatch: pytest.MonkeyPatch, *, reason: str = "") -> None:
    """While the command sleeps until its next look."""

    def work(_seconds: float) -> None:
        job = job_claim(job_id=TuningJob.objects.get().id, worker="box:1")
        assert job is not None
        if reason:
            job_end(job=job, status=TuningJob.Status.FAILED, reason=reason)
        else:
            made = Made("/made", "a" * 64, "b" * 64, ["9 examples"], SCORES)
            job_finish(job=job, made=made)

    monkeypatch.setattr("time.sleep", work)


def test_it_can_be_started_and_left(data: Path) -> None:
    base = ModelVersionFactory.create(number=2)
    said = run(data, "--detach", "--from-version", "2", "--epochs", "5")
    job = TuningJob.objects.get()
    assert str(job.pk) in said
    assert (job.base, job.person, job.settings) == (base, None, {"epochs": 5})


def test_it_follows_the_job_and_tells_the_scores(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    the_worker_ends_it(monkeypatch)
    said = run(data)
    assert "Waiting for a train worker" in said and "9 examples" in said
    assert "en-fr · chrF++" in said and "50.0" in said
    assert f"Version 1 of {MODEL} is a candidate" in said


def test_a_failure_is_its_own_failure(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    the_worker_ends_it(monkeypatch, reason="The loss became nan at step 3")
    with pytest.raises(CommandError, match="became nan at step 3"):
        run(data)


def test_what_cannot_be_started_is_said_in_words(data: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="has no version 9"):
        run(data, "--from-version", "9")
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "missing.tsv")
    with pytest.raises(CommandError, match="written like en-fr"):
        run(data, "--direction", "french")
