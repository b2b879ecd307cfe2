"""A worker follows the rows: a promoted version answers without a restart."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from django.db import connection

from inference.config import Device, EngineConfig, Precision
from inference.contract import EventSink, ModelStatus
from inference.runtime import Runtime, StatusListener
from inference.sampling_params import SamplingParams
from inference.training.tuning.run import tuning_run
from inference.worker.model_worker import ModelWorker
from tests.inference.tiny_translators import t5_translator
from tests.inference.training.tuning_cases import pairs_write, request_make
from tests.webapp.generation.factories import GenerationFactory
from tests.webapp.tuning.factories import ModelVersionFactory
from webapp.generation.models import Generation, UsageRecord
from webapp.tuning.models import ModelVersion
from webapp.tuning.services import version_promote, version_roll_back

WAIT_SECONDS = 120


@dataclass
class Tuned:
    base: Path
    directory: Path
    version: str
    base_version: str


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> Tuned:
    """A translator, and what came of tuning it, which answers otherwise."""
    torch.set_num_threads(1)
    home = tmp_path_factory.mktemp("tuned")
    base = t5_translator(home / "translator")
    data = pairs_write(home / "pairs.tsv", 30)
    result = tuning_run(
        request_make(base, home / "h", data, learning_rate=1e-2, epochs=2)
    )
    return Tuned(base, result.directory, result.version, result.base_version)


@pytest.fixture
def worker(
    transactional_db: None, tuned: Tuned, models_home: Path
) -> Iterator[ModelWorker]:
    def runtime_make(sink: EventSink, on_status: StatusListener) -> Runtime:
        return Runtime(
            models=[str(tuned.base)],
            config=EngineConfig(
                device=Device.CPU, precision=Precision.FP32, num_threads=1
            ),
            models_home=models_home,
            sink=sink,
            on_status=on_status,
        )

    worker = ModelWorker(name="box:1", make_runtime=runtime_make)
    worker.start()
    wait_until(worker, lambda status: status.info is not None)
    yield worker
    worker.close()
    connection.close()


def wait_until(worker: ModelWorker, is_it: Callable[[ModelStatus], bool]) -> None:
    tick = threading.Event()
    for _ in range(WAIT_SECONDS * 20):
        if is_it(worker.runtime.statuses()[0]):
            return
        tick.wait(0.05)
    pytest.fail("it did not happen")


def serves(version: str) -> Callable[[ModelStatus], bool]:
    return lambda status: bool(status.info and status.info.version == version)


def candidate(tuned: Tuned, **fields: object) -> ModelVersion:
    values = {"directory": str(tuned.directory), "manifest_hash": tuned.version}
    return ModelVersionFactory.create(model="translator", **{**values, **fields})


def answer(worker: ModelWorker) -> Generation:
    """To the same person's same question each time: caches could be tempted."""
    first = Generation.objects.order_by("queued_at").first()
    generation = GenerationFactory.create(
        model="translator",
        person=first.person if first else None,
        messages=[{"role": "user", "content": "How are you today?"}],
        sampling=SamplingParams(temperature=0, max_tokens=12, seed=1).to_dict(),
    )
    worker.generate(generation.id)
    generation.refresh_from_db()
    assert generation.status == Generation.Status.DONE
    return generation


def test_a_promoted_version_answers_and_one_step_back_undoes_it(
    worker: ModelWorker, tuned: Tuned
) -> None:
    before = answer(worker)
    assert before.model_version == tuned.base_version
    version_promote(person=None, version=candidate(tuned))
    wait_until(worker, serves(tuned.version))
    after = answer(worker)
    assert after.model_version == tuned.version
    assert after.output_token_ids != before.output_token_ids
    version_roll_back(person=None, model="translator")
    wait_until(worker, serves(tuned.base_version))
    again = answer(worker)
    assert again.output_token_ids == before.output_token_ids
    assert again.model_version == tuned.base_version
    named = UsageRecord.objects.order_by("finished_at")
    assert list(named.values_list("model_version", flat=True)) == [
        tuned.base_version,
        tuned.version,
        tuned.base_version,
    ]


def test_a_version_that_is_gone_is_refused_in_words(
    worker: ModelWorker, tuned: Tuned, tmp_path: Path
) -> None:
    gone = candidate(tuned, directory=str(tmp_path / "gone"))
    version_promote(person=None, version=gone)
    wait_until(worker, lambda status: bool(status.refused))
    assert "gone" in worker.runtime.statuses()[0].refused
    assert answer(worker).model_version == tuned.base_version


def test_a_version_of_another_hash_is_refused_in_words(
    worker: ModelWorker, tuned: Tuned
) -> None:
    version_promote(person=None, version=candidate(tuned, manifest_hash="0" * 64))
    wait_until(worker, lambda status: bool(status.refused))
    assert "00000000 was promoted" in worker.runtime.statuses()[0].refused
    assert answer(worker).model_version == tuned.base_version
