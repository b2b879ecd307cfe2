"""Every family answers, token for token, as transformers.generate does."""

from itertools import combinations

import pytest

from tests.inference.models.family_cases import family_case
from tests.inference.models.implementations import Make, make
from tests.inference.models.slot_driver import greedy
from tests.inference.tiny_families import FAMILIES

__all__ = ["make"]  # a fixture


@pytest.mark.parametrize("family", FAMILIES)
class TestFamily:
    def test_it_answers_one_prompt_alone(self, family: str, make: Make) -> None:
        case = family_case(family)
        model = make(case.blueprint, 1)
        for prompt, answer in zip(case.prompts, case.answers, strict=True):
            assert greedy(model, [prompt]) == [answer]

    def test_it_answers_prompts_of_many_lengths_together(
        self, family: str, make: Make
    ) -> None:
        case = family_case(family)
        model = make(case.blueprint, len(case.prompts) + 2)
        assert greedy(model, case.prompts) == case.answers

    def test_it_reads_prompts_in_chunks_while_others_are_answered(
        self, family: str, make: Make
    ) -> None:
        case = family_case(family)
        model = make(case.blueprint, len(case.prompts))
        assert greedy(model, case.prompts, chunk=4, stagger=3) == case.answers


@pytest.mark.parametrize("family", FAMILIES)
def test_answers_depend_on_what_was_asked(family: str) -> None:
    """Else the tests above would prove little."""
    for one, other in combinations(family_case(family).answers, 2):
        assert sum(a == b for a, b in zip(one, other, strict=True)) < 12
