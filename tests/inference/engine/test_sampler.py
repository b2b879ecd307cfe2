"""The next token: greedy or drawn, always the same for the same seed and place."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import RepetitionPenaltyLogitsProcessor

from inference.contract import GenerationRequest, SamplingParams
from inference.engine.sampler import tokens_choose
from inference.engine.sequence import Sequence
from inference.text.prompt import Prompt
from inference.text.token_bytes import TokenBytes
from tests.inference.engine_harness import request_make
from tests.inference.tiny_model import tokenizer_make

TOKEN_BYTES = TokenBytes(tokenizer_make(), skip=frozenset())
LOGITS = torch.tensor([1.0, 3.0, 2.0, -1.0, 0.5, 2.5])


def sequence_at(position: int, sampling: SamplingParams) -> Sequence:
    request = GenerationRequest(
        id="r",
        model="tiny",
        messages=request_make().messages,
        sampling=sampling,
        resume_token_ids=(4,) * position,
    )
    return Sequence(
        request,
        Prompt(token_ids=(4,), dropped_messages=0),
        token_bytes=TOKEN_BYTES,
        end_ids=frozenset(),
        context_length=100_000,
    )


def draw(logits: torch.Tensor, position: int = 0, **sampling: object) -> int | None:
    values = {"top_p": 1.0, "top_k": 0, "temperature": 1.0, "seed": 1, **sampling}
    params = SamplingParams.from_dict(values)
    return tokens_choose(logits[None], [sequence_at(position, params)])[0]


def test_greedy_takes_the_most_likely() -> None:
    assert draw(LOGITS, temperature=0) == 1


def test_draws_follow_the_distribution() -> None:
    count = 1000
    drawn = [draw(LOGITS, position, temperature=0.8) for position in range(count)]
    expected = (LOGITS / 0.8).softmax(dim=-1)
    for token, share in enumerate(expected.tolist()):
        spread = 4 * math.sqrt(share * (1 - share) / count)
        assert abs(drawn.count(token) / count - share) < spread


@given(position=st.integers(0, 500), seed=st.integers(0, 2**63 - 1))
def test_the_same_seed_and_position_draw_the_same(position: int, seed: int) -> None:
    assert draw(LOGITS, position, seed=seed) == draw(LOGITS, position, seed=seed)


def test_other_seeds_and_other_positions_draw_others() -> None:
    assert len({draw(LOGITS, seed=seed) for seed in range(100)}) > 3
    assert len({draw(LOGITS, position) for position in range(100)}) > 3


def test_a_draw_does_not_hang_on_the_last_bit_of_the_logits() -> None:
    nearly = LOGITS.clone()
    nearly[5] = nearly[2] = 2.5
    turned = nearly.clone()
    turned[2] += 1e-6  # now before 5, where it was behind
    for seed in range(300):
        assert draw(nearly, seed=seed) == draw(turned, seed=seed)


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


def test_top_k_one_and_a_tiny_top_p_are_greedy() -> None:
    for seed in range(50):
        assert draw(LOGITS, top_k=1, seed=seed) == 1
        assert draw(LOGITS, top_p=1e-9, seed=seed) == 1


def test_the_smallest_temperature_is_greedy_and_not_an_error() -> None:
    assert draw(LOGITS, temperature=1e-300) == 1


@pytest.mark.parametrize("penalty", [0.5, 1.3, 2.0])
def test_the_repetition_penalty_is_that_of_transformers(penalty: float) -> None:
    logits = torch.linspace(-3, 3, 400)
    sampling = SamplingParams(temperature=0, repetition_penalty=penalty)
    sequence = sequence_at(0, sampling)
    sequence.tokens[:] = [399, 398, 2, 399]
    theirs = RepetitionPenaltyLogitsProcessor(penalty)(
        torch.tensor([sequence.tokens]), logits[None].clone()
    )
    assert tokens_choose(logits[None], [sequence]) == [int(theirs.argmax())]


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_row_with_nan_has_no_token_and_the_next_row_has(bad: float) -> None:
    broken = LOGITS.clone()
    broken[0] = bad
    sequences = [sequence_at(0, SamplingParams(temperature=0)) for _ in range(2)]
    assert tokens_choose(torch.stack([broken, LOGITS]), sequences) == [None, 1]
