"""The next token: greedy or drawn, always the same for the same seed and place."""

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from inference.engine.sampler import tokens_choose
from tests.inference.engine.sampling_rows import choose, draw, draw_often, row_make

LOGITS = torch.tensor([1.0, 3.0, 2.0, -1.0, 0.5, 2.5])


def test_greedy_takes_the_most_likely() -> None:
    assert draw(LOGITS, temperature=0) == 1


def test_greedy_takes_the_first_of_equals() -> None:
    assert draw(torch.tensor([0.0] * 70 + [1.0] * 200), temperature=0) == 70


@pytest.mark.parametrize(
    "filters", [{}, {"top_k": 6}, {"top_k": 1000}, {"top_p": 0.999999}]
)
def test_draws_follow_the_distribution(filters: dict[str, Any]) -> None:
    """Pearson's chi-square of five degrees: above 20.5 in one of a thousand worlds."""
    count = 10_000
    drawn = draw_often(LOGITS, count, temperature=0.8, **filters)
    expected = (LOGITS / 0.8).softmax(dim=-1) * count
    seen = torch.tensor([drawn.count(token) for token in range(6)])
    assert ((seen - expected) ** 2 / expected).sum() < 20.5


def test_whichever_way_a_row_is_drawn_it_gets_the_same_token() -> None:
    """Filters that leave everything change nothing."""
    logits = torch.randn(1000, generator=torch.Generator().manual_seed(1)) * 3
    whole = draw_often(logits, 300)
    for filters in ({"top_k": 1000}, {"top_p": 1 - 1e-15}, {"min_p": 1e-30}):
        assert draw_often(logits, 300, **filters) == whole


@given(position=st.integers(0, 500), seed=st.integers(0, 2**64 - 1))
def test_the_same_seed_and_position_draw_the_same(position: int, seed: int) -> None:
    first = draw(LOGITS, position=position, seed=seed)
    assert draw(LOGITS, position=position, seed=seed) == first


def test_other_seeds_and_other_positions_draw_others() -> None:
    assert len({draw(LOGITS, seed=seed) for seed in range(100)}) > 3
    assert len(set(draw_often(LOGITS, 100))) > 3


def test_today_draws_what_yesterday_drew() -> None:
    """An answer that began before an update goes on as it would have."""
    logits = torch.linspace(-2, 2, 50).roll(17)
    chat: dict[str, Any] = {"temperature": 0.7, "top_p": 0.95, "top_k": 50}
    assert draw_often(logits, 12, seed=42, **chat) == YESTERDAY_CHAT
    assert draw_often(logits, 12, seed=42) == YESTERDAY_WHOLE


YESTERDAY_CHAT = [12, 14, 45, 5, 7, 44, 8, 8, 8, 10, 12, 10]
YESTERDAY_WHOLE = [13, 15, 46, 5, 6, 46, 8, 7, 8, 10, 13, 10]


@pytest.mark.parametrize("filters", [{}, {"top_k": 6}, {"top_p": 0.999999}])
def test_a_draw_does_not_hang_on_the_last_bit_of_the_logits(
    filters: dict[str, Any],
) -> None:
    nearly = LOGITS.clone()
    nearly[5] = nearly[2] = 2.5
    turned = nearly.clone()
    turned[2] += 1e-6  # now before 5, where it was behind
    assert draw_often(nearly, 300, **filters) == draw_often(turned, 300, **filters)


def test_the_smallest_temperature_is_greedy_and_not_an_error() -> None:
    for filters in ({}, {"top_k": 3}, {"top_p": 0.5}):
        assert draw(LOGITS, temperature=1e-300, **filters) == 1


def test_the_logits_are_left_as_they_were() -> None:
    logits = LOGITS[None].clone()
    everything = row_make(
        own=[1], repetition_penalty=2.0, logit_bias=((0, 9.0),), logprobs=2, min_p=0.1
    )
    tokens_choose(logits, [everything])
    assert torch.equal(logits[0], LOGITS)


WAYS: list[dict[str, Any]] = [
    {"temperature": 0},
    {"top_k": 2},
    {"top_k": 500},
    {"top_p": 0.9},
    {},
    {"logprobs": 3},
    {"repetition_penalty": 1.5},
]


@pytest.mark.parametrize("settings", WAYS)
@pytest.mark.parametrize("bad", [[float("nan")], [float("inf")], [float("-inf")] * 6])
def test_a_broken_row_has_no_token_and_its_neighbours_have(
    settings: dict[str, Any], bad: list[float]
) -> None:
    broken = LOGITS.clone()
    broken[: len(bad)] = torch.tensor(bad)
    rows = [row_make(**settings) for _ in range(3)]
    first, second, third = tokens_choose(torch.stack([LOGITS, broken, LOGITS]), rows)
    assert second is None
    assert first == third == choose(LOGITS, row_make(**settings)) is not None


def test_tokens_that_cannot_come_are_never_drawn() -> None:
    logits = LOGITS.clone()
    logits[:3] = logits[5] = -torch.inf  # as a padding token's
    for filters in ({}, {"top_k": 6}, {"top_p": 0.999999}):
        assert set(draw_often(logits, 200, **filters)) == {3, 4}
