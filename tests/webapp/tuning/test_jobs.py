"""A job from its start to its end, and what workers may write of it."""

import errno
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from tests.webapp.tuning.factories import (
    MODEL,
    ModelVersionFactory,
    TuningJobFactory,
    running_job,
)
from webapp.accounts.models import User
from webapp.common.errors import ApplicationError
from webapp.common.redis import redis_client
from webapp.tuning.models import ModelVersion, TuningJob
from webapp.tuning.selectors import work_waits
from webapp.tuning.services import (
    Made,
    job_cancel,
    job_claim,
    job_end,
    job_finish,
    job_release,
    job_renew,
    job_resume,
    job_start,
)
from webapp.tuning.sweeper import tuning_sweep

pytestmark = pytest.mark.django_db(transaction=True)
Status = TuningJob.Status
MADE = Made("/made", "a" * 64, "b" * 64, ["12 examples"], {"loss": [2, 1]})


def start(person: User | None, **fields: object) -> TuningJob:
    values = {"model": MODEL, "base": None, "data_name": "edits.tsv", "data": [b"a\tb"]}
    return job_start(person=person, **{**values, **fields})  # type: ignore[arg-type]  # as the test says


def test_it_keeps_the_data_set_and_wakes_a_worker(
    alice: User, tuning_home: Path
) -> None:
    job = start(alice)
    kept = Path(job.data_path)
    assert kept.read_bytes() == b"a\tb"
    assert kept.is_relative_to(tuning_home) and job.data_hash in kept.parts
    assert (job.status, job.person) == (Status.QUEUED, alice)
    assert redis_client().llen("train") == 1
    assert work_waits()


def test_a_full_disk_is_told_in_words(
    alice: User, tuning_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ApplicationError, match=r"cannot be kept: No space left"):
        start(alice)
    assert not list((tuning_home / "data").glob(".*.part"))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"model": "nobody"}, "no model named"),
        ({"data_name": "edits.exe"}, "must be one of these"),
        ({"data": []}, "is empty"),
        ({"direction": "french"}, "written like en-fr"),
    ],
)
def test_it_refuses_in_words(
    alice: User, fields: dict[str, object], words: str
) -> None:
    with pytest.raises(ApplicationError, match=words):
        start(alice, **fields)
    assert not TuningJob.objects.exists()


def test_a_name_cannot_lead_out_of_the_home(alice: User, tuning_home: Path) -> None:
    job = start(alice, data_name="../../etc/.passwd.tsv")
    assert Path(job.data_path).resolve().is_relative_to(tuning_home.resolve())


def test_a_version_of_another_model_is_no_base(alice: User) -> None:
    other = ModelVersionFactory.create(model="other")
    with pytest.raises(ApplicationError, match="cannot be trained further"):
        start(alice, base=other)


def test_one_claim_of_two_wins() -> None:
    job = TuningJobFactory.create()
    claimed = job_claim(job_id=job.id, worker="box:1")
    assert claimed is not None and claimed.epoch == 1
    assert job_claim(job_id=job.id, worker="box:2") is None


def test_a_finished_job_leaves_a_candidate() -> None:
    ModelVersionFactory.create(number=4)
    job = running_job(settings={"method": "lora"})
    version = job_finish(job=job, made=MADE)
    assert version is not None
    assert (version.number, version.state) == (5, ModelVersion.State.CANDIDATE)
    assert (version.manifest_hash, version.settings) == ("a" * 64, {"method": "lora"})
    job.refresh_from_db()
    assert (job.status, job.version, job.report) == (
        Status.DONE,
        version,
        ["12 examples"],
    )


def test_a_zombie_writes_nothing() -> None:
    zombie = running_job()
    TuningJob.objects.update(epoch=2)
    assert not job_renew(job=zombie, progress={"done": 1}).is_held
    assert job_finish(job=zombie, made=MADE) is None
    assert not job_end(job=zombie, status=Status.FAILED)
    job_release(job=zombie)
    row = TuningJob.objects.get()
    assert (row.status, row.epoch, row.progress) == (Status.RUNNING, 2, {})
    assert not ModelVersion.objects.exists()


def test_a_waiting_job_is_stopped_at_once_a_running_one_is_told() -> None:
    waiting, running = TuningJobFactory.create(), running_job()
    job_cancel(job=waiting)
    job_cancel(job=running)
    assert waiting.status == Status.CANCELLED
    assert running.status == Status.RUNNING
    assert job_renew(job=running, progress={}).is_cancel_requested


def test_a_stopped_job_goes_on_when_asked() -> None:
    job = TuningJobFactory.create(status=Status.CANCELLED)
    job_resume(job=job)
    assert job.status == Status.QUEUED
    with pytest.raises(ApplicationError):
        job_resume(job=job)


def test_a_lost_worker_s_job_is_queued_again_and_given_up_after_three() -> None:
    an_hour_ago = timezone.now() - timedelta(hours=1)
    once = running_job(lease_expires_at=an_hour_ago)
    thrice = running_job(lease_expires_at=an_hour_ago, attempts=2)
    alive = running_job()
    tuning_sweep()
    for job in (once, thrice, alive):
        job.refresh_from_db()
    assert (once.status, once.attempts) == (Status.QUEUED, 1)
    assert thrice.status == Status.FAILED and "lost 3 times" in thrice.failure
    assert alive.status == Status.RUNNING


def test_a_lost_message_is_sent_again() -> None:
    job = TuningJobFactory.create(woken_at=timezone.now() - timedelta(hours=1))
    tuning_sweep()
    assert redis_client().llen("train") == 1
    tuning_sweep()
    assert redis_client().llen("train") == 1, "one waits already"
    job.refresh_from_db()
    assert job.status == Status.QUEUED
