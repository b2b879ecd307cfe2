"""Models of no family of ours answer as transformers.generate does, through slots."""

from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import PreTrainedModel

from inference.errors import ModelUnavailableError
from inference.models.families.read import blueprint_read
from inference.models.generic.causal_lm import CausalLM
from inference.models.generic_model import GenericModel
from inference.models.slot_model import Span
from tests.inference.models.family_cases import prompts_make
from tests.inference.models.slot_driver import greedy, reference
from tests.inference.tiny_families import GENERIC, family_make, family_write

# Mistral and Gemma 2 keep a window of tokens only, so their rows cannot share a pass.
MODELS = [*GENERIC, "llama", "mistral"]


def generic(model: PreTrainedModel, num_slots: int = 6) -> GenericModel:
    return GenericModel(CausalLM(model), num_slots=num_slots)


@pytest.mark.parametrize("name", MODELS)
class TestGenericModel:
    def test_it_answers_prompts_together(self, name: str) -> None:
        model = family_make(name)
        prompts = prompts_make(None)
        answers = [reference(model, prompt) for prompt in prompts]
        assert greedy(generic(model), prompts) == answers

    def test_it_reads_in_chunks_while_others_are_answered(self, name: str) -> None:
        model = family_make(name)
        prompts = prompts_make(None)
        answers = [reference(model, prompt) for prompt in prompts]
        assert greedy(generic(model), prompts, chunk=3, stagger=2) == answers

    def test_a_step_that_failed_can_be_repeated(self, name: str) -> None:
        """The second span cannot be read; the first must not have gone on."""
        model = generic(family_make(name))
        words = list(range(10, 30))
        model.step([Span(0, 0, words), Span(1, 0, words)])
        expected = generic(family_make(name)).step([Span(0, 0, [*words, 5])]).logits
        with pytest.raises(IndexError):
            model.step([Span(0, 20, [5]), Span(2, 0, [10**6])])
        repeated = model.step([Span(0, 20, [5])]).logits
        assert torch.allclose(repeated, expected, atol=1e-3)

    def test_a_freed_slot_starts_anew(self, name: str) -> None:
        model = generic(family_make(name))
        first = model.step([Span(3, 0, [7, 8, 9])]).logits
        model.step([Span(3, 3, [4])])
        model.free(3)
        assert torch.equal(model.step([Span(3, 0, [7, 8, 9])]).logits, first)

    def test_it_gives_logits_of_every_token_where_asked(self, name: str) -> None:
        model = generic(family_make(name))
        words = [7, 8, 9, 10]
        every = model.step([Span(0, 0, words, all_logits=True)]).logits
        assert every.shape == (4, model.vocabulary_size)
        for length in range(1, 5):
            last = model.step([Span(1, 0, words[:length])]).logits[0]
            assert torch.allclose(every[length - 1], last, atol=1e-3)


def test_rows_share_a_pass_where_they_can() -> None:
    shares = {name: generic(family_make(name))._rows is not None for name in MODELS}
    assert shares == {
        "gpt2": True,
        "gpt_neox": True,
        "gemma2": False,
        "llama": True,
        "mistral": False,
    }


def test_many_tokens_may_follow_a_single_one() -> None:
    """The slot leaves the shared rows again."""
    model = generic(family_make("gpt2"))
    words = list(range(10, 22))
    expected = model.step([Span(0, 0, words)]).logits
    model.step([Span(1, 0, words[:6]), Span(2, 0, words)])
    model.step([Span(2, 12, [5]), Span(1, 6, words[6:7])])
    found = model.step([Span(1, 7, words[7:])]).logits
    assert torch.allclose(found, expected, atol=1e-3)


def test_it_is_refused_when_its_weights_give_nan() -> None:
    model: Any = family_make("gpt2")
    with torch.no_grad():
        model.transformer.h[0].mlp.c_fc.weight[:] = float("nan")
    with pytest.raises(ModelUnavailableError, match="NaN"):
        generic(model)


def test_it_loads_a_directory_that_no_family_knows(tmp_path: Path) -> None:
    saved = family_write("gpt2", tmp_path)
    assert blueprint_read(tmp_path) is None
    model = GenericModel.load(tmp_path, device=torch.device("cpu"), num_slots=2)
    prompts = prompts_make(None)[:2]
    answers = [reference(saved, prompt) for prompt in prompts]
    assert greedy(model, prompts) == answers
    assert (model.precision, model.vocabulary_size) == ("fp32", 203)


def test_it_tells_the_memory_of_a_slot() -> None:
    model = generic(family_make("gpt2"))
    per_token = 2 * 2 * 64 * 4  # keys and values of two layers, four bytes each
    assert model.slot_bytes(1) == model.slot_bytes(256) == 256 * per_token
    assert model.slot_bytes(257) == 512 * per_token
