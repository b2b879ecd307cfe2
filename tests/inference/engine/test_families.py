"""Every kind of model behind the engine answers as `transformers.generate` does."""

from pathlib import Path
from typing import Any

import pytest
import torch

from inference.models.generic_model import GenericModel
from inference.models.slot_model import SlotModel
from tests.inference.engine.family_harness import family_harness, prompt_words
from tests.inference.engine_harness import Harness, request_make
from tests.inference.models.family_cases import family_case, prompts_make
from tests.inference.models.implementations import IMPLEMENTATIONS
from tests.inference.models.slot_driver import Prompt
from tests.inference.tiny_families import family_write

FAMILIES = ["llama", "qwen2", "mistral", "t5", "marian", "m2m100"]
MAX_TOKENS = 40


def generated(model: Any, prompt: Prompt) -> list[int]:
    begin = torch.tensor([prompt.token_ids])
    options: dict[str, Any] = {"max_new_tokens": MAX_TOKENS, "do_sample": False}
    if prompt.source is None:
        output = model.generate(begin, attention_mask=torch.ones_like(begin), **options)
    else:
        source = torch.tensor([prompt.source])
        options["attention_mask"] = torch.ones_like(source)
        output = model.generate(source, decoder_input_ids=begin, **options)
    return [int(token) for token in output[0, len(prompt.token_ids) :]]


def check(model: SlotModel, theirs: Any, prompts: list[Prompt]) -> None:
    """In company, in small pieces, joining one after the other, and found again."""
    harness = family_harness(model, prefill_chunk=5, max_running=4)
    try:
        expected = [generated(theirs, prompt) for prompt in prompts]
        assert answers(harness, prompts, owner="alice") == expected
        assert answers(harness, prompts, owner="alice") == expected
    finally:
        harness.engine.close()


def answers(harness: Harness, prompts: list[Prompt], *, owner: str) -> list[list[int]]:
    requests = [
        request_make(prompt_words(prompt), max_tokens=MAX_TOKENS, owner=owner)
        for prompt in prompts
        for _ in range(2)
    ]
    for before, request in zip([None, *requests], requests, strict=False):
        if before is not None:
            harness.recorder.wait_for_tokens(before.id, 3)
        harness.submit(request)
    found = [harness.answer(request).token_ids for request in requests]
    assert found[::2] == found[1::2]
    return found[::2]


@pytest.mark.parametrize("program", ["torch", "native"])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_of_its_own(family: str, program: str) -> None:
    case = family_case(family)
    model = IMPLEMENTATIONS[program](case.blueprint, 8)
    check(model, case.model, case.prompts)


@pytest.mark.parametrize("name", ["gpt2", "gemma2"])
def test_any_other_model(name: str, tmp_path: Path) -> None:
    theirs = family_write(name, tmp_path)
    model = GenericModel.load(tmp_path, device=torch.device("cpu"), num_slots=4)
    check(model, theirs, prompts_make(None))
