"""The model that ships, as people will meet it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from inference.contract import FinishReason
from inference.models.registry import resolve
from tests.inference.engine_harness import Answer, Harness, harness_make, request_make

QUESTIONS = [
    "What is the capital of France?",
    "Write a short poem about the sea.",
    "请介绍一下你自己。",
    "List three animals, one per line.",
]


@pytest.fixture(scope="module")
def smollm2(installed_home: Path) -> Iterator[Harness]:
    harness = harness_make(Path("smollm2"), installed_home)
    yield harness
    harness.engine.close()


def ask(harness: Harness, *questions: str, count: int = 64) -> list[Answer]:
    return harness.ask(*[request_make(q, max_tokens=count) for q in questions])


@pytest.fixture(scope="module")
def answers(smollm2: Harness) -> list[Answer]:
    """To all questions at once, 64 greedy tokens each."""
    return ask(smollm2, *QUESTIONS)


def test_it_knows_the_capital_of_france(answers: list[Answer]) -> None:
    assert "Paris" in answers[0].text
    assert answers[0].last.finish_reason is FinishReason.STOP
    assert len(answers[0].chunks) > 5


def test_its_prompt_is_its_own_chat_template(
    answers: list[Answer], smollm2_directory: Path
) -> None:
    tokenizer: Any = AutoTokenizer.from_pretrained(smollm2_directory)
    for question, answer in zip(QUESTIONS, answers, strict=True):
        assert answer.prompt is not None
        expected = tokenizer.apply_chat_template(
            [{"role": "user", "content": question}],
            add_generation_prompt=True,
            return_dict=False,
        )
        assert list(answer.prompt.token_ids) == expected
        assert tokenizer.decode(expected) == (
            "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained"
            f" by Hugging Face<|im_end|>\n<|im_start|>user\n{question}<|im_end|>\n"
            "<|im_start|>assistant\n"
        )
    assert tokenizer.eos_token == "<|im_end|>"


def test_its_greedy_tokens_are_those_of_transformers_generate(
    answers: list[Answer], smollm2_directory: Path
) -> None:
    model: Any = AutoModelForCausalLM.from_pretrained(
        smollm2_directory, dtype=torch.float32
    )
    for answer in answers:
        assert answer.prompt is not None
        ids = torch.tensor([answer.prompt.token_ids])
        output = model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            max_new_tokens=64,
            do_sample=False,
        )
        expected = [int(token) for token in output[0, ids.shape[1] :]]
        if answer.last.finish_reason is FinishReason.STOP:
            assert expected.pop() == model.generation_config.eos_token_id
        assert answer.token_ids == expected


def test_it_says_the_same_alone(smollm2: Harness, answers: list[Answer]) -> None:
    for question, answer in zip(QUESTIONS[:2], answers[:2], strict=True):
        [alone] = ask(smollm2, question)
        assert alone.token_ids == answer.token_ids


def test_it_goes_on_in_the_middle(smollm2: Harness, answers: list[Answer]) -> None:
    for question, answer in zip(QUESTIONS[1:], answers[1:], strict=True):
        cut = len(answer.token_ids) // 2
        [resumed] = smollm2.ask(
            request_make(question, max_tokens=64, resume=answer.token_ids[:cut])
        )
        assert resumed.token_ids == answer.token_ids[cut:]
        begun = "".join(chunk.text for chunk in answer.chunks[:cut])
        assert begun + resumed.text == answer.text


def test_its_manifest_is_whole(installed_home: Path) -> None:
    manifest = resolve("smollm2", installed_home)
    assert manifest.info().licence == "Apache-2.0"
    assert manifest.info().context_length == 8192
    assert {file.name for file in manifest.files} == {
        "config.json",
        "generation_config.json",
        "grid.safetensors",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
    }
