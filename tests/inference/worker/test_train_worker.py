"""A train worker inside the test's process: from a queued job to a version."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from django.db import connection
from pytest_django import Settings

from inference.worker.train_worker import TrainWorker, job_home
from tests.inference.tiny_translators import t5_translator
from tests.inference.training.tuning_cases import pairs_write
from tests.webapp.tuning.factories import ModelVersionFactory
from webapp.tuning.models import ModelVersion, TuningJob
from webapp.tuning.services import job_cancel, job_start

pytestmark = pytest.mark.django_db(transaction=True)
Status = TuningJob.Status
WAIT_SECONDS = 120


@pytest.fixture
def model(settings: Settings, tmp_path: Path) -> Iterator[str]:
    torch.set_num_threads(1)
    settings.TUNING_HOME = tmp_path / "tuning"
    settings.TANDEM_MODELS_HOME = tmp_path / "models"
    settings.TANDEM_MODELS = [str(t5_translator(tmp_path / "translator"))]
    settings.MODEL_NAMES = ["translator"]
    yield "translator"
    connection.close()


def started(model: str, tmp_path: Path, **fields: object) -> TuningJob:
    path = pairs_write(tmp_path / "pairs.en-fr.tsv", 30)
    settings = {"epochs": 1, "tokens_per_batch": 200, "rank": 4}
    values = {"model": model, "base": None, "settings": settings, "person": None}
    return job_start(
        data_name=path.name,
        data=[path.read_bytes()],
        **{**values, **fields},  # type: ignore[arg-type]  # as the test says
    )


def in_thread(worker: TrainWorker, job: TuningJob) -> threading.Thread:
    thread = threading.Thread(target=worker.tune, args=[job.id])
    thread.start()
    return thread


def wait_for_step(job: TuningJob) -> None:
    tick = threading.Event()
    for _ in range(WAIT_SECONDS * 100):
        if any((job_home(job) / "checkpoints").glob("step-*")):
            return
        tick.wait(0.01)
    pytest.fail("no step was made")


def test_a_job_becomes_a_candidate(model: str, tmp_path: Path) -> None:
    job = started(model, tmp_path)
    TrainWorker(name="box:1").tune(job.id)
    job.refresh_from_db()
    assert (job.status, job.reason) == (Status.DONE, "")
    version = job.version
    assert version is not None and version.state == ModelVersion.State.CANDIDATE
    assert (Path(version.directory) / "model.safetensors").exists()
    assert version.scores["loss"][0] > 0 and job.report
    assert job.progress["phase"] in {"training", "writing", "scoring"}
    assert not (job_home(job) / "checkpoints").exists(), "nobody needs them any more"


def test_a_version_can_be_trained_further(model: str, tmp_path: Path) -> None:
    first = started(model, tmp_path)
    TrainWorker(name="box:1").tune(first.id)
    base = ModelVersion.objects.get()
    again = started(model, tmp_path, base=base)
    TrainWorker(name="box:1").tune(again.id)
    second = ModelVersion.objects.get(number=2)
    assert second.parent == base
    assert second.manifest_hash != base.manifest_hash


def test_what_is_wrong_with_the_data_is_the_reason(model: str, tmp_path: Path) -> None:
    job = started(model, tmp_path)
    Path(job.data_path).write_text("one\tun\n")
    TrainWorker(name="box:1").tune(job.id)
    job.refresh_from_db()
    assert job.status == Status.FAILED
    assert "holds 1 examples; at least 10 are needed" in job.reason


def test_a_wrong_setting_is_the_reason(model: str, tmp_path: Path) -> None:
    job = started(model, tmp_path, settings={"method": "magic"})
    TrainWorker(name="box:1").tune(job.id)
    job.refresh_from_db()
    assert job.reason == "method is 'magic'; it must be lora or full"


def test_a_base_that_is_gone_is_the_reason(model: str, tmp_path: Path) -> None:
    base = ModelVersionFactory.create(model=model, directory=str(tmp_path / "gone"))
    job = started(model, tmp_path, base=base)
    TrainWorker(name="box:1").tune(job.id)
    job.refresh_from_db()
    assert job.status == Status.FAILED and "gone" in job.reason


def test_a_stop_is_heard_and_what_was_made_is_kept(model: str, tmp_path: Path) -> None:
    settings = {"epochs": 100, "tokens_per_batch": 200, "checkpoint_steps": 1}
    job = started(model, tmp_path, settings=settings)
    thread = in_thread(TrainWorker(name="box:1"), job)
    wait_for_step(job)
    job_cancel(job=job)
    thread.join(WAIT_SECONDS)
    job.refresh_from_db()
    assert job.status == Status.CANCELLED
    assert list((job_home(job) / "checkpoints").glob("step-*"))


def test_a_worker_that_ends_gives_its_job_back_and_another_goes_on(
    model: str, tmp_path: Path
) -> None:
    settings = {"epochs": 12, "tokens_per_batch": 200, "checkpoint_steps": 1}
    job = started(model, tmp_path, settings=settings)
    worker = TrainWorker(name="box:1")
    thread = in_thread(worker, job)
    wait_for_step(job)
    worker.drain()
    thread.join(WAIT_SECONDS)
    job.refresh_from_db()
    assert (job.status, job.attempts, job.epoch) == (Status.QUEUED, 0, 1)
    worker.tune(job.id)
    job.refresh_from_db()
    assert job.status == Status.QUEUED, "a worker that ends begins nothing"
    TrainWorker(name="box:2").tune(job.id)
    job.refresh_from_db()
    assert (job.status, job.epoch, job.worker) == (Status.DONE, 2, "box:2")
