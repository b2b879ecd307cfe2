"""How likely a token was, before any filter, and what else might have come."""

import pytest
import torch

from inference.engine.sampler import tokens_choose
from inference.sampling_params import MAX_LOGPROBS
from tests.inference.engine.sampling_rows import choose, row_make

LOGITS = torch.randn(500, generator=torch.Generator().manual_seed(3)) * 4
LOGPROBS = LOGITS.double().log_softmax(dim=-1)


def test_who_does_not_ask_is_told_nothing() -> None:
    choice = choose(LOGITS, row_make(temperature=0))
    assert choice is not None
    assert (choice.logprob, choice.alternatives) == (None, ())


@pytest.mark.parametrize("count", [0, 1, 5, MAX_LOGPROBS])
def test_the_token_and_as_many_alternatives_as_asked(count: int) -> None:
    choice = choose(LOGITS, row_make(logprobs=count))
    assert choice is not None
    assert choice.logprob == pytest.approx(LOGPROBS[choice.token_id].item(), abs=1e-5)
    values, ids = LOGPROBS.topk(count)
    assert [token_id for token_id, _ in choice.alternatives] == ids.tolist()
    told = [logprob for _, logprob in choice.alternatives]
    assert told == pytest.approx(values.tolist(), abs=1e-5)


def test_filters_penalties_and_temperature_do_not_show() -> None:
    best = int(LOGITS.argmax())
    choice = choose(
        LOGITS,
        row_make(
            own=[best],
            temperature=0.1,
            top_k=2,
            repetition_penalty=2.0,
            logit_bias=((7, 100.0),),
            logprobs=1,
        ),
    )
    assert choice is not None and choice.token_id == 7
    assert choice.logprob == pytest.approx(LOGPROBS[7].item(), abs=1e-5)
    assert choice.alternatives[0][0] == best


def test_each_row_gets_what_it_asks_for() -> None:
    rows = [row_make(seed=n, logprobs=asked) for n, asked in enumerate((2, None, 0, 4))]
    choices = tokens_choose(LOGITS.repeat(4, 1), rows)
    assert [len(c.alternatives) for c in choices if c] == [2, 0, 0, 4]
    assert [c.logprob is None for c in choices if c] == [False, True, False, False]


def test_what_cannot_come_is_no_alternative() -> None:
    """Minus infinity has no place in JSON."""
    logits = torch.tensor([0.0, -torch.inf, 1.0, -torch.inf])
    choice = choose(logits, row_make(temperature=0, logprobs=4))
    assert choice is not None
    assert [token_id for token_id, _ in choice.alternatives] == [2, 0]
