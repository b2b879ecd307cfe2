"""What a request answers does not depend on who else is there."""

from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM

from inference.contract import GenerationRequest
from tests.inference.conftest import MakeHarness
from tests.inference.engine_harness import Harness, request_make

PROMPTS = [
    "the quick brown fox",
    "dog",
    "你好,世界。",
    "the capital of France and the lazy dog " * 4,
    "fox fox fox",
]


def generated(directory: Path, prompt_ids: tuple[int, ...], count: int) -> list[int]:
    model: Any = AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32)
    output = model.generate(
        torch.tensor([prompt_ids]),
        attention_mask=torch.ones(1, len(prompt_ids), dtype=torch.long),
        max_new_tokens=count,
        do_sample=False,
        pad_token_id=0,
    )
    return [int(token) for token in output[0, len(prompt_ids) :]]


def test_it_answers_as_transformers_generate_does(
    harness: Harness, tiny_directory: Path
) -> None:
    for answer in harness.ask(*[request_make(p, max_tokens=40) for p in PROMPTS]):
        assert answer.prompt is not None
        assert answer.token_ids == generated(
            tiny_directory, answer.prompt.token_ids, 40
        )


def test_it_answers_so_where_the_model_looks_back_only_a_little(
    make_harness: MakeHarness, sliding_directory: Path
) -> None:
    harness = make_harness(sliding_directory)
    for answer in harness.ask(*[request_make(p, max_tokens=30) for p in PROMPTS]):
        assert answer.prompt is not None
        assert answer.token_ids == generated(
            sliding_directory, answer.prompt.token_ids, 30
        )


@pytest.mark.parametrize("temperature", [0, 1.0])
def test_the_same_alone_and_beside_others(harness: Harness, temperature: float) -> None:
    def requests() -> list[GenerationRequest]:
        return [
            request_make(p, max_tokens=30, temperature=temperature, seed=n)
            for n, p in enumerate(PROMPTS)
        ]

    alone = [harness.ask(request)[0].token_ids for request in requests()]
    together = harness.ask(*requests())
    assert [answer.token_ids for answer in together] == alone


def test_the_same_when_others_join_and_leave_on_the_way(harness: Harness) -> None:
    expected = harness.ask(request_make(PROMPTS[0], max_tokens=100))[0].token_ids
    long = request_make(PROMPTS[0], max_tokens=100)
    harness.engine.submit(long)
    for number in range(12):
        harness.recorder.wait_for_tokens(long.id, number * 4)
        harness.engine.submit(request_make(PROMPTS[number % 5], max_tokens=number + 1))
    assert harness.answer(long).token_ids == expected


def test_more_requests_than_rows_are_all_answered(make_harness: MakeHarness) -> None:
    harness = make_harness(max_running=3)
    answers = harness.ask(*[request_make(max_tokens=n + 1) for n in range(20)])
    assert [len(answer.token_ids) for answer in answers] == list(range(1, 21))
    assert len({answer.text[:1] for answer in answers}) == 1
