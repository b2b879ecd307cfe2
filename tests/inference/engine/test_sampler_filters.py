"""Top-k, top-p and min-p keep what they keep in transformers, and nothing else."""

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import MinPLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

from tests.inference.engine.sampling_rows import draw, draw_often

LOGITS = torch.tensor([1.0, 3.0, 2.0, -1.0, 0.5, 2.5])
VOCABULARY = 30
NO_IDS: Any = torch.empty((1, 0), dtype=torch.long)


def random_logits(seed: int) -> torch.Tensor:
    return torch.randn(VOCABULARY, generator=torch.Generator().manual_seed(seed))


@given(k=st.integers(1, 6), seed=st.integers(0, 1000))
def test_top_k_keeps_the_k_most_likely(k: int, seed: int) -> None:
    assert draw(LOGITS, top_k=k, seed=seed) in LOGITS.topk(k).indices.tolist()


@given(p=st.floats(0.01, 1.0), seed=st.integers(0, 1000))
def test_top_p_keeps_the_smallest_set_that_reaches_p(p: float, seed: int) -> None:
    shares, ids = LOGITS.double().softmax(dim=-1).sort(descending=True)
    kept, total = [], 0.0
    for share, token in zip(shares.tolist(), ids.tolist(), strict=True):
        if total >= p:
            break
        kept.append(token)
        total += share
    assert draw(LOGITS, top_p=p, seed=seed) in kept


def test_the_narrowest_filters_are_greedy() -> None:
    for filters in ({"top_k": 1}, {"top_p": 1e-9}, {"min_p": 1.0}):
        assert set(draw_often(LOGITS, 50, **filters)) == {1}


def test_of_equals_top_k_and_top_p_keep_the_first() -> None:
    flat = torch.zeros(300)
    assert set(draw_often(flat, 200, top_k=3)) == {0, 1, 2}
    assert set(draw_often(flat, 200, top_p=0.01)) == {0, 1, 2}


SETTINGS: list[dict[str, Any]] = [
    {"top_k": 7},
    {"top_p": 0.8},
    {"min_p": 0.2},
    {"top_k": 12, "top_p": 0.7},
    {"top_k": 12, "min_p": 0.3},
    {"top_p": 0.9, "min_p": 0.15},
    {"top_k": 15, "top_p": 0.9, "min_p": 0.1},
]


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("seed", range(3))
def test_it_draws_from_what_transformers_leaves(
    settings: dict[str, Any], seed: int
) -> None:
    temperature = 0.9
    theirs: Any = random_logits(seed)[None] / temperature
    if top_k := settings.get("top_k"):
        theirs = TopKLogitsWarper(int(top_k))(NO_IDS, theirs)
    if top_p := settings.get("top_p"):
        theirs = TopPLogitsWarper(top_p)(NO_IDS, theirs)
    if min_p := settings.get("min_p"):
        theirs = MinPLogitsWarper(min_p)(NO_IDS, theirs)
    shares = theirs[0].softmax(dim=-1)
    drawn = draw_often(
        random_logits(seed), 2000, seed=seed, temperature=temperature, **settings
    )
    kept = set(shares.nonzero()[:, 0].tolist())
    assert set(drawn) == kept
    seen = torch.tensor([drawn.count(token) for token in sorted(kept)])
    expected = shares[sorted(kept)] * len(drawn)
    spread = ((seen - expected) ** 2 / expected).sum()
    # Pearson's chi-square: this far out in less than one of a thousand worlds.
    assert spread < len(kept) + 4 * (2 * len(kept)) ** 0.5


def test_a_flat_distribution_is_cut_where_a_peaked_one_is() -> None:
    """Half of the mass of a thousand equal tokens is five hundred tokens."""
    drawn = draw_often(torch.zeros(1000), 3000, top_p=0.5)
    assert max(drawn) == 499
    assert len(set(drawn)) > 480
