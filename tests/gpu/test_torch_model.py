"""Blueprints on a CUDA device. Skipped, and said so, where there is none."""

import pytest
import torch

from inference.models.slot_model import Span
from inference.models.torch_model import TorchModel
from tests.inference.models.family_cases import family_case
from tests.inference.models.slot_driver import greedy
from tests.inference.tiny_families import FAMILIES

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]
WORDS = list(range(10, 40))
ROUNDING = 0.1  # of the largest logit: bf16 in three layers of large random weights
PAGED = [family for family in FAMILIES if not family.startswith("t5")]


def model_make(family: str, device: str) -> TorchModel:
    blueprint = family_case(family).blueprint
    model = TorchModel(blueprint, device=torch.device(device), num_slots=4)
    if model.is_encoder_decoder:
        model.encode({0: WORDS, 2: WORDS[:7]})
    return model


def logits(model: TorchModel) -> torch.Tensor:
    """Of a mixed step, and then a step of single tokens."""
    sources = (0, 2) if model.is_encoder_decoder else (None, None)
    first = model.step(
        [Span(1, 0, WORDS[:1], sources[0]), Span(3, 0, WORDS, sources[1])]
    )
    second = model.step(
        [Span(3, len(WORDS), [50], sources[1]), Span(1, 1, [51], sources[0])]
    )
    return torch.cat([first.logits, second.logits]).cpu()


@pytest.mark.parametrize("family", FAMILIES)
def test_it_answers_as_the_cpu_does_but_for_rounding(family: str) -> None:
    expected = logits(model_make(family, "cpu"))
    distance = (logits(model_make(family, "cuda")) - expected).abs().max()
    assert distance <= ROUNDING * expected.abs().max()


@pytest.mark.parametrize("family", PAGED)
def test_decode_steps_are_recorded_and_replayed(family: str) -> None:
    model = model_make(family, "cuda")
    assert model._cuda is not None, "the paged kernel was found not to suit"
    logits(model)
    graphs = model._cuda._graphs
    assert not graphs._is_broken
    assert list(graphs._recordings) == [2]


@pytest.mark.parametrize("family", PAGED)
def test_a_replay_gives_what_the_step_itself_would(family: str) -> None:
    model, plain = model_make(family, "cuda"), model_make(family, "cuda")
    plain._cuda = None
    expected = logits(plain)
    assert (logits(model) - expected).abs().max() <= ROUNDING * expected.abs().max()


@pytest.mark.parametrize("family", FAMILIES)
def test_many_prompts_are_answered_together(family: str) -> None:
    """16-bit sums differ from fp32 ones, so only first tokens are compared."""
    case = family_case(family)
    model = TorchModel(case.blueprint, device=torch.device("cuda"), num_slots=4)
    answers = greedy(model, case.prompts, chunk=6, stagger=1, num_tokens=40)
    assert [len(answer) for answer in answers] == [40] * len(case.prompts)
    agreeing = sum(
        answer[0] == expected[0]
        for answer, expected in zip(answers, case.answers, strict=True)
    )
    assert agreeing >= len(answers) - 1


def test_a_slot_may_outgrow_what_was_recorded() -> None:
    model = model_make("llama", "cuda")
    text = [10 + number % 90 for number in range(250)]
    model.step([Span(1, 0, text)])
    for position in range(250, 262):
        last = model.step([Span(1, position, [7])]).logits
    expected = model.step([Span(2, 0, [*text, *[7] * 12])]).logits
    assert (last - expected).abs().max() <= ROUNDING * expected.abs().max()
