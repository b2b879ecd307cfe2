"""A translation model, picked like any other, answers a row from queue to end."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from inference.config import Device, EngineConfig
from inference.contract import EventSink, ModelState, ModelStatus, ModelTask
from inference.runtime import Runtime, StatusListener
from inference.sampling_params import SamplingParams
from inference.worker.model_worker import ModelWorker
from tests.inference.tiny_translators import t5_translator
from tests.webapp.generation.factories import GenerationFactory
from webapp.generation.explanation import explanation_read
from webapp.generation.models import Generation
from webapp.generation.token_log import token_log_read

WAIT_SECONDS = 120


@pytest.fixture
def worker(
    transactional_db: None, tmp_path: Path, models_home: Path
) -> Iterator[ModelWorker]:
    is_ready = threading.Event()

    def runtime_make(sink: EventSink, on_status: StatusListener) -> Runtime:
        def status_take(status: ModelStatus) -> None:
            on_status(status)
            if status.state is not ModelState.LOADING:
                is_ready.set()

        return Runtime(
            models=[str(t5_translator(tmp_path / "translator"))],
            config=EngineConfig(device=Device.CPU, num_threads=1),
            models_home=models_home,
            sink=sink,
            on_status=status_take,
        )

    worker = ModelWorker(name="box:1", make_runtime=runtime_make)
    worker.start()
    assert is_ready.wait(WAIT_SECONDS)
    yield worker
    worker.close()
    connection.close()


def answer(worker: ModelWorker, *contents: str) -> Generation:
    """To a conversation that ends with a question."""
    roles = ["user", "assistant"] * len(contents)
    generation = GenerationFactory.create(
        model="translator",
        messages=[
            {"role": role, "content": content}
            for role, content in zip(roles, contents, strict=False)
        ],
        sampling=SamplingParams(temperature=0, max_tokens=12, seed=1).to_dict(),
    )
    worker.generate(generation.id)
    generation.refresh_from_db()
    return generation


def test_it_answers_the_newest_message_alone(worker: ModelWorker) -> None:
    (status,) = worker.runtime.statuses()
    assert status.info is not None and status.info.task is ModelTask.TEXT
    alone = answer(worker, "How are you today?")
    later = answer(worker, "The brown fox", "Le renard", "How are you today?")
    assert alone.status == Generation.Status.DONE
    assert alone.output_tokens and alone.prompt_token_ids == later.prompt_token_ids
    assert alone.output == later.output
    assert token_log_read(generation_id=str(alone.id)).text == alone.output


def test_a_source_that_is_too_long_fails_in_numbers(worker: ModelWorker) -> None:
    long = answer(worker, "fox " * 600)
    assert (long.status, long.error_code) == ("failed", "prompt_too_long")
    assert long.error_params["limit"] == 512


def test_it_says_how_sure_it_was_and_what_it_looked_at(worker: ModelWorker) -> None:
    generation = GenerationFactory.create(
        model="translator",
        messages=[{"role": "user", "content": "How are you today?"}],
        sampling=SamplingParams(
            temperature=0, max_tokens=12, seed=1, logprobs=5, alignment=True
        ).to_dict(),
    )
    worker.generate(generation.id)
    generation.refresh_from_db()
    tokens = explanation_read(generation.explanation)
    source = generation.explanation["source"]
    assert "".join(token.text for token in tokens) == generation.output
    assert len(tokens) == generation.output_tokens
    assert len(source) == len(generation.prompt_token_ids)
    for token in tokens:
        _best, logprob = token.alternatives[0]
        assert len(token.alternatives) == 5 and token.logprob == logprob
        assert {number for number, _weight in token.sources} <= set(range(len(source)))
    streamed = token_log_read(generation_id=str(generation.id)).explained
    assert [token.logprob for token in streamed] == [token.logprob for token in tokens]
