"""An answer that another worker goes on with is the undisturbed one."""

from typing import Any

import pytest

from inference.contract import FinishReason
from tests.inference.engine_harness import Answer, Harness, request_make

SAMPLED: dict[str, Any] = {"temperature": 1.3, "seed": 5, "repetition_penalty": 1.2}
GREEDY: dict[str, Any] = {}


def text_until(answer: Answer, count: int) -> str:
    return "".join(chunk.text for chunk in answer.chunks[:count])


@pytest.mark.parametrize("sampling", [GREEDY, SAMPLED], ids=["greedy", "sampled"])
def test_it_goes_on_from_every_token(
    harness: Harness, sampling: dict[str, Any]
) -> None:
    [whole] = harness.ask(request_make(max_tokens=24, **sampling))
    cuts = range(1, len(whole.token_ids))
    resumed = harness.ask(
        *[
            request_make(max_tokens=24, resume=whole.token_ids[:cut], **sampling)
            for cut in cuts
        ]
    )
    for cut, answer in zip(cuts, resumed, strict=True):
        assert answer.token_ids == whole.token_ids[cut:]
        assert text_until(whole, cut) + answer.text == whole.text


def test_it_goes_on_in_the_middle_of_a_held_back_stop_string(harness: Harness) -> None:
    [free] = harness.ask(request_make(max_tokens=24))
    stop = free.text[6:12]
    [whole] = harness.ask(request_make(max_tokens=24, stop=(stop,)))
    assert whole.last.finish_reason is FinishReason.STOP
    for cut in range(1, len(whole.token_ids)):
        [answer] = harness.ask(
            request_make(max_tokens=24, stop=(stop,), resume=whole.token_ids[:cut])
        )
        assert text_until(whole, cut) + answer.text == whole.text
        assert answer.last.finish_reason is FinishReason.STOP


def test_nothing_is_left_to_say_after_the_last_token(harness: Harness) -> None:
    [whole] = harness.ask(request_make(max_tokens=8))
    [answer] = harness.ask(request_make(max_tokens=8, resume=whole.token_ids))
    assert answer.token_ids == []
    assert answer.last.index == 8
    assert answer.last.finish_reason is FinishReason.LENGTH


def test_nothing_is_left_to_say_after_the_stop_string(harness: Harness) -> None:
    [free] = harness.ask(request_make(max_tokens=8))
    stop = (free.text[2:4],)
    [whole] = harness.ask(request_make(max_tokens=8, stop=stop))
    [answer] = harness.ask(
        request_make(max_tokens=8, stop=stop, resume=whole.token_ids)
    )
    assert answer.text == ""
    assert answer.last.finish_reason is FinishReason.STOP


@pytest.mark.parametrize("sampling", [GREEDY, SAMPLED], ids=["greedy", "sampled"])
def test_an_answer_cut_by_its_limit_continues_as_one_piece(
    harness: Harness, sampling: dict[str, Any]
) -> None:
    [whole] = harness.ask(request_make(max_tokens=30, **sampling))
    [first] = harness.ask(request_make(max_tokens=11, **sampling))
    [second] = harness.ask(
        request_make(max_tokens=19, prefix=first.token_ids, **sampling)
    )
    assert first.token_ids + second.token_ids == whole.token_ids
    assert first.text + second.text == whole.text
    assert second.chunks[0].index == 1


def test_a_continued_answer_survives_a_death_too(harness: Harness) -> None:
    [whole] = harness.ask(request_make(max_tokens=30, **SAMPLED))
    ids = whole.token_ids
    [answer] = harness.ask(
        request_make(max_tokens=19, prefix=ids[:11], resume=ids[11:20], **SAMPLED)
    )
    assert answer.token_ids == ids[20:]
    assert answer.chunks[0].index == 10
