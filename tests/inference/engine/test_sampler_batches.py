"""A row's token depends on nothing but that row, and is what the plain way gives."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.engine.sampler import tokens_choose
from inference.engine.top_tokens import best_tokens, top_tokens
from tests.inference.engine.sampling_rows import Row, choose, plain_choice, row_make

VOCABULARY = 1500  # so that a small top-k looks into few blocks, and a large into all


@dataclass
class Every:
    """Every n-th token."""

    n: int

    def allowed(self, token_ids: Sequence[int]) -> Collection[int] | None:
        return range(len(token_ids) % self.n, VOCABULARY, self.n)


ids = st.integers(0, VOCABULARY - 1)
rows = st.builds(
    row_make,
    prompt=st.lists(ids, min_size=1, max_size=20),
    own=st.lists(st.integers(0, 30), max_size=20),
    end_ids=st.frozensets(ids, max_size=3),
    constraint=st.none() | st.builds(Every, st.integers(1, 700)),
    seed=st.integers(0, 2**64 - 1),
    temperature=st.just(0) | st.floats(0.01, 2),
    top_k=st.just(0) | st.integers(1, 200) | st.integers(1, 1000),
    top_p=st.just(1.0) | st.floats(0.001, 1),
    min_p=st.just(0.0) | st.floats(0, 1),
    repetition_penalty=st.just(1.0) | st.floats(0.5, 2),
    presence_penalty=st.just(0.0) | st.floats(-2, 2),
    frequency_penalty=st.just(0.0) | st.floats(-2, 2),
    logit_bias=st.lists(st.tuples(ids, st.floats(-100, 100)), max_size=5).map(tuple),
    min_tokens=st.integers(0, 30),
    logprobs=st.none() | st.integers(0, 20),
)


def logits_make(seed: int, count: int, *, is_coarse: bool) -> torch.Tensor:
    """Coarse ones have many equals, as bf16 makes them."""
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(count, VOCABULARY, generator=generator) * 3
    return logits.round() if is_coarse else logits


@settings(deadline=None)
@given(
    batch=st.lists(rows, min_size=1, max_size=6),
    seed=st.integers(0, 1000),
    is_coarse=st.booleans(),
)
def test_a_row_in_a_batch_gets_what_it_gets_alone(
    batch: list[Row], seed: int, is_coarse: bool
) -> None:
    logits = logits_make(seed, len(batch), is_coarse=is_coarse)
    together = tokens_choose(logits, batch)
    alone = [choose(row, sequence) for row, sequence in zip(logits, batch, strict=True)]
    assert together == alone


@settings(deadline=None)
@given(row=rows, seed=st.integers(0, 1000), is_coarse=st.booleans())
def test_it_is_the_token_that_the_plain_way_gives(
    row: Row, seed: int, is_coarse: bool
) -> None:
    logits = logits_make(seed, 1, is_coarse=is_coarse)[0]
    choice = choose(logits, row)
    assert (choice and choice.token_id) == plain_choice(logits, row)


@given(
    seed=st.integers(0, 1000),
    vocabulary=st.integers(1, 1000),
    count=st.integers(1, 300),
    is_coarse=st.booleans(),
)
def test_top_tokens_are_those_of_a_stable_sort(
    seed: int, vocabulary: int, count: int, is_coarse: bool
) -> None:
    logits = logits_make(seed, 3, is_coarse=is_coarse)[:, :vocabulary]
    logits[0, : vocabulary // 2] = -torch.inf
    order = np.argsort(-logits.numpy(), axis=1, kind="stable")[:, :count]
    values, top_ids = top_tokens(logits, count)
    assert top_ids.tolist() == order.tolist()
    assert values.tolist() == np.take_along_axis(logits.numpy(), order, 1).tolist()
    best, best_ids = best_tokens(logits)
    assert best_ids.tolist() == order[:, 0].tolist()
    assert best.tolist() == values[:, 0].tolist()
