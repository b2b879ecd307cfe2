"""Bias, penalties, least length and constraints change what is chosen from."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
import torch
from transformers import RepetitionPenaltyLogitsProcessor

from inference.engine.adjustments import logits_adjust
from inference.engine.sampler import tokens_choose
from inference.text.phrases import Phrase
from tests.inference.engine.sampling_rows import (
    Row,
    choose,
    draw,
    draw_often,
    row_make,
)

LOGITS = torch.tensor([1.0, 3.0, 2.0, -1.0, 0.5, 2.5])
END = 2


def adjusted(row: Row) -> list[float]:
    scores: list[float] = logits_adjust(LOGITS[None], [row])[0].tolist()
    return scores


def test_nobody_who_asks_for_nothing_pays_for_a_copy() -> None:
    logits = LOGITS[None]
    assert logits_adjust(logits, [row_make(own=[1, 2], logprobs=3)]) is logits


def test_bias_is_added_as_often_as_it_is_given() -> None:
    row = row_make(logit_bias=((3, 1.5), (0, -100.0), (3, 0.5)))
    assert adjusted(row) == [-99.0, 3.0, 2.0, 1.0, 0.5, 2.5]


def test_bias_of_a_token_that_is_not_there_is_passed_over() -> None:
    assert adjusted(row_make(logit_bias=((6, 5.0), (2**31 - 1, 5.0)))) == [
        1.0, 3.0, 2.0, -1.0, 0.5, 2.5,
    ]  # fmt: skip


@pytest.mark.parametrize("penalty", [0.5, 1.3, 2.0])
def test_the_repetition_penalty_is_that_of_transformers(penalty: float) -> None:
    logits = torch.linspace(-3, 3, 400)
    row = row_make(
        prompt=[399, 398], own=[2, 399], temperature=0, repetition_penalty=penalty
    )
    theirs = RepetitionPenaltyLogitsProcessor(penalty)(
        torch.tensor([row.tokens]), logits[None].clone()
    )
    assert torch.equal(logits_adjust(logits[None], [row]), theirs)
    choice = choose(logits, row)
    assert choice is not None and choice.token_id == int(theirs.argmax())


def test_presence_and_frequency_count_the_answers_own_tokens_only() -> None:
    row = row_make(
        prompt=[0, 0, 5],
        own=[1, 1, 1, 3],
        presence_penalty=0.25,
        frequency_penalty=0.5,
    )
    assert adjusted(row) == [1.0, 3.0 - 1.75, 2.0, -1.0 - 0.75, 0.5, 2.5]


def test_negative_penalties_invite_repetition() -> None:
    assert adjusted(row_make(own=[0], presence_penalty=-2.0))[0] == 3.0


def test_bias_comes_before_the_penalties() -> None:
    row = row_make(
        own=[0], logit_bias=((0, 3.0),), repetition_penalty=2.0, presence_penalty=1.0
    )
    assert adjusted(row)[0] == (1.0 + 3.0) / 2.0 - 1.0


def test_no_end_comes_before_the_least_length() -> None:
    settings: dict[str, Any] = {
        "temperature": 0,
        "end_ids": [1],
        "stop_token_ids": (5,),
        "min_tokens": 2,
    }
    assert draw(LOGITS, own=[0], **settings) == 2
    assert draw(LOGITS, own=[0, 0], **settings) == 1
    assert draw(LOGITS, own=[0, 0], **{**settings, "end_ids": []}) == 1


def test_a_drawn_answer_keeps_the_least_length_too() -> None:
    drawn = draw_often(LOGITS, 200, end_ids=[1], min_tokens=1)
    assert 1 not in drawn and len(set(drawn)) > 3


@dataclass
class OneOf:
    """Only these tokens, as digits would be; None: any."""

    ids: Collection[int] | None

    def allowed(self, token_ids: Sequence[int]) -> Collection[int] | None:
        return self.ids


@dataclass
class Fixed:
    """One text, then the end."""

    text: tuple[int, ...]

    def allowed(self, token_ids: Sequence[int]) -> Collection[int] | None:
        return [(*self.text, END)[len(token_ids)]]


class Failing:
    def allowed(self, token_ids: Sequence[int]) -> Collection[int] | None:
        raise RuntimeError("no such state")


@pytest.mark.parametrize("filters", [{}, {"top_k": 3}, {"top_p": 0.9}])
def test_a_constraint_leaves_only_what_it_allows(filters: dict[str, Any]) -> None:
    digits = OneOf(frozenset({0, 3, 4}))
    assert set(draw_often(LOGITS, 300, constraint=digits, **filters)) <= {0, 3, 4}
    assert draw(LOGITS, constraint=digits, temperature=0) == 0


def test_a_constraint_that_says_nothing_changes_nothing() -> None:
    assert draw_often(LOGITS, 50, constraint=OneOf(None)) == draw_often(LOGITS, 50)


def ways(*steps: Collection[int], places: Collection[int] = ()) -> Phrase:
    return Phrase((tuple(map(frozenset, steps)),), frozenset(places))


def test_a_phrase_is_begun_where_it_is_nearly_as_good() -> None:
    near, far = torch.tensor([5.0, 4.0, 0.0]), torch.tensor([5.0, 1.0, 0.0])
    wanted: dict[str, Any] = {"phrases": [ways({1, 2})], "temperature": 0}
    assert draw(near, **wanted) == 1
    assert draw(far, **wanted) == 0


def test_a_phrase_is_begun_where_its_source_is_being_read() -> None:
    logits = torch.tensor([5.0, 1.0, 0.0])
    wanted = {"phrases": [ways({1}, places=[2, 3, 9])], "temperature": 0}
    assert draw(logits, attention=[0.9, 0.0, 0.05, 0.05], **wanted) == 0
    assert draw(logits, attention=[0.2, 0.0, 0.4, 0.4], **wanted) == 1


def test_a_phrase_that_was_begun_is_finished_and_wanted_once() -> None:
    logits = torch.tensor([5.0, 4.0, 0.0, -2.0])
    wanted: dict[str, Any] = {"phrases": [ways({1}, {3})], "temperature": 0}
    assert draw(logits, own=[1], **wanted) == 3
    assert draw(logits, own=[1, 3], **wanted) == 0
    assert draw(logits, own=[2, 0], **wanted) == 1, "not begun any more"


def test_a_copy_is_finished_whatever_the_model_says_and_not_begun_again() -> None:
    logits = torch.tensor([5.0, 4.0, 0.0, -30.0])
    copy = replace(ways({1}, {3}), is_copy=True)
    assert draw(logits, own=[1], phrases=[ways({1}, {3})], temperature=0) == 0
    assert draw(logits, own=[1], phrases=[copy], temperature=0) == 3
    again = torch.tensor([5.0, 9.0, 0.0, -30.0])
    assert draw(again, own=[1, 3], phrases=[copy], temperature=0) == 0
    twice = replace(copy, times=2)
    assert draw(again, own=[1, 3], phrases=[twice], temperature=0) == 1
    assert draw(again, own=[1, 3, 0, 1, 3], phrases=[twice], temperature=0) == 0


def test_a_phrase_leaves_its_neighbours_alone() -> None:
    logits = torch.randn(3, 8, generator=torch.Generator().manual_seed(1))
    rows = [row_make(), row_make(phrases=[ways({2}, {3})]), row_make()]
    scores = logits_adjust(logits, rows)
    assert torch.equal(scores[[0, 2]], logits[[0, 2]])
    assert (scores[1] - logits[1]).nonzero().flatten().tolist() == [2]


def test_a_constraint_can_dictate_an_answer() -> None:
    constraint, own = Fixed((3, 3, 0, 4)), list[int]()
    while END not in own:
        choice = choose(LOGITS, row_make(own=own, constraint=constraint))
        assert choice is not None
        own.append(choice.token_id)
    assert own == [3, 3, 0, 4, END]


@pytest.mark.parametrize(
    "constraint", [OneOf([]), OneOf([-1, 99]), Failing(), OneOf([END])]
)
@pytest.mark.parametrize("temperature", [0, 1])
def test_a_constraint_that_leaves_nothing_ends_its_own_row_only(
    constraint: OneOf, temperature: float
) -> None:
    """Also one that wants the end where the least length forbids it."""
    settings: dict[str, Any] = {
        "temperature": temperature,
        "end_ids": [END],
        "min_tokens": 1,
    }
    rows = [row_make(constraint=constraint, **settings), row_make(**settings)]
    first, second = tokens_choose(LOGITS.repeat(2, 1), rows)
    assert first is None
    assert second == choose(LOGITS, row_make(**settings)) is not None


def test_a_constraint_does_not_hide_a_broken_row() -> None:
    broken = LOGITS.clone()
    broken[5] = torch.nan
    assert choose(broken, row_make(constraint=OneOf([0]))) is None
