"""The sampler on a CUDA device: the same tokens, and no waiting row by row."""

import warnings

import pytest
import torch

from inference.engine.sampler import tokens_choose
from tests.inference.engine.sampling_rows import Row, row_make

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]


def rows_make() -> list[Row]:
    """Every way to choose a token, four times."""
    return [
        row_make(own=range(5), seed=seed, **settings)
        for seed in range(4)
        for settings in (
            {"temperature": 0, "logprobs": 3},
            {"top_k": 50, "top_p": 0.95},
            {"top_k": 500, "min_p": 0.01},
            {"top_p": 0.9},
            {},
            {"repetition_penalty": 1.3, "presence_penalty": 0.5, "top_k": 20},
            {"logit_bias": ((7, 5.0),), "min_tokens": 9, "end_ids": [7, 8]},
        )
    ]


def logits_make(count: int) -> torch.Tensor:
    return torch.randn(count, 49_152, generator=torch.Generator().manual_seed(1)) * 3


def test_it_chooses_what_the_cpu_chooses() -> None:
    rows = rows_make()
    logits = logits_make(len(rows))
    here, there = tokens_choose(logits, rows), tokens_choose(logits.cuda(), rows)
    assert [c and c.token_id for c in there] == [c and c.token_id for c in here]
    for mine, theirs in zip(here, there, strict=True):
        assert mine and theirs
        assert theirs.logprob == pytest.approx(mine.logprob, abs=1e-5)


def test_the_host_waits_once_and_once_more_for_logprobs() -> None:
    rows = rows_make()
    logits = logits_make(len(rows)).cuda()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        torch.cuda.set_sync_debug_mode("warn")
        try:
            tokens_choose(logits, rows)
        finally:
            torch.cuda.set_sync_debug_mode("default")
    waits = [w for w in caught if "synchronizing" in str(w.message)]
    assert len(waits) <= 2
