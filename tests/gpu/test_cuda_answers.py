"""The same engine on a CUDA device. Skipped, and said so, where there is none."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from inference.config import Device
from inference.models.install import model_install
from tests.inference.engine_harness import Harness, harness_make, request_make
from tests.product import REPOSITORY

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]
QUESTIONS = ("What is the capital of France?", "Name three fruits.", "What is rain?")


@pytest.fixture(scope="module")
def harness() -> Iterator[Harness]:
    home = Path(os.environ.get("TANDEM_MODELS_HOME", REPOSITORY / "var" / "models"))
    made = harness_make(model_install("smollm2", home), home, device=Device.CUDA)
    yield made
    made.engine.close()


def test_it_knows_the_capital_of_france(harness: Harness) -> None:
    (answer,) = harness.ask(request_make(QUESTIONS[0], max_tokens=32))
    assert "Paris" in answer.text
    assert len(answer.token_ids) > 2


def test_company_does_not_change_the_beginning_of_an_answer(harness: Harness) -> None:
    """16-bit sums differ with the batch, so only the first words are compared."""
    alone = [harness.ask(request_make(text, max_tokens=4))[0] for text in QUESTIONS]
    together = harness.ask(*(request_make(text, max_tokens=4) for text in QUESTIONS))
    assert [a.token_ids for a in together] == [a.token_ids for a in alone]


def test_the_same_seed_gives_the_same_answer(harness: Harness) -> None:
    first, second = (
        harness.ask(request_make(QUESTIONS[2], temperature=0.8, seed=7, max_tokens=24))[
            0
        ]
        for _ in range(2)
    )
    assert first.token_ids == second.token_ids
