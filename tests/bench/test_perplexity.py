"""Perplexity of models whose answers are known."""

import math
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
import torch

from inference.models.slot_model import SlotModel, Span
from tests.bench.perplexity import WINDOW, reading

VOCABULARY = 8


class Foreseer:
    """Finds token + 1 `odds` times as likely as any other."""

    def __init__(self, odds: float) -> None:
        self.bias = math.log(odds)
        self.held = 0  # positions in the slot

    def step(self, spans: Sequence[Span]) -> Any:
        (span,) = spans
        assert span.start == self.held and span.all_logits
        self.held += len(span.token_ids)
        following = torch.tensor([(t + 1) % VOCABULARY for t in span.token_ids])
        logits = torch.nn.functional.one_hot(following, VOCABULARY).float() * self.bias
        return SimpleNamespace(logits=logits)

    def free(self, slot: int) -> None:
        self.held = 0


def read(odds: float, text: Sequence[int]) -> tuple[float, torch.Tensor]:
    found = reading(cast(SlotModel, Foreseer(odds)), text)
    return found.perplexity, found.choices


COUNTING = [n % VOCABULARY for n in range(2 * WINDOW + 10)]


def test_one_who_knows_nothing_is_as_perplexed_as_there_are_tokens() -> None:
    perplexity, _ = read(1, COUNTING)
    assert perplexity == pytest.approx(VOCABULARY)


def test_one_who_foresees_everything_is_hardly_perplexed() -> None:
    perplexity, choices = read(7, COUNTING)
    assert perplexity == pytest.approx((7 + 7) / 7)
    assert choices[:10].tolist() == COUNTING[1:11]


def test_each_window_but_its_first_token_is_predicted() -> None:
    _, choices = read(7, COUNTING)
    assert len(choices) == len(COUNTING) - 3
