"""Several answers to one prompt, each with its own chunks and its own end."""

from typing import Any

import pytest

from inference.contract import ErrorCode, FinishReason
from tests.inference.engine.conftest import MakeHistory
from tests.inference.engine.history_harness import HistoryHarness
from tests.inference.engine_harness import request_make

SAMPLED: dict[str, Any] = {"temperature": 1.0, "seed": 5}


@pytest.mark.parametrize("text", ["fox", "the lazy dog " * 15])
def test_the_prompt_is_read_once(history: HistoryHarness, text: str) -> None:
    request = request_make(text, n=4, max_tokens=8, **SAMPLED)
    before = history.model.num_read
    [first] = history.ask(request)
    samples = history.samples(request)
    assert first.prompt is not None
    assert len({tuple(answer.token_ids) for answer in samples}) == 4
    assert all(len(answer.token_ids) == 8 for answer in samples)
    # Seven of each answer's tokens, the prompt, and its last token three times more.
    expected = 4 * 7 + len(first.prompt.token_ids) + 3
    assert history.model.num_read == before + expected


def test_it_is_read_once_where_the_first_answer_ends_at_once(
    history: HistoryHarness,
) -> None:
    request = request_make("the lazy dog " * 15, n=4, max_tokens=1, **SAMPLED)
    before = history.model.num_read
    [first] = history.ask(request)
    history.samples(request)
    assert first.prompt is not None
    assert history.model.num_read == before + len(first.prompt.token_ids) + 3


def test_the_first_answer_is_that_of_a_request_for_one(history: HistoryHarness) -> None:
    [one] = history.ask(request_make(**SAMPLED))
    request = request_make(n=3, **SAMPLED)
    history.ask(request)
    samples = history.samples(request)
    assert samples[0].token_ids == one.token_ids
    assert samples[1].token_ids != one.token_ids


def test_more_answers_than_may_run_come_one_after_the_other(
    history: HistoryHarness, make_history: MakeHistory
) -> None:
    request = request_make(n=6, **SAMPLED)
    history.ask(request)
    expected = [answer.token_ids for answer in history.samples(request)]
    for settings in (
        {"max_running": 2},
        {"model": {"num_slots": 2}},
        {"model": {"can_copy": False}},
    ):
        harness = make_history(**settings)
        harness.ask(request)
        found = [answer.token_ids for answer in harness.samples(request)]
        assert found == expected


def test_a_cancel_ends_all_of_them(history: HistoryHarness) -> None:
    request = request_make(n=3, max_tokens=200, **SAMPLED)
    history.call_at_token(request.id, 5, lambda: history.engine.cancel(request.id))
    history.engine.submit(request)
    for answer in history.samples(request):
        assert answer.last.finish_reason is FinishReason.CANCELLED


def test_an_error_ends_all_of_them(
    history: HistoryHarness, make_history: MakeHistory
) -> None:
    request = request_make(n=3, max_tokens=50, **SAMPLED)
    history.ask(request)
    samples = history.samples(request)
    written = set(samples[0].token_ids) | set(samples[2].token_ids)
    only_second = [t for t in samples[1].token_ids[:-1] if t not in written]
    broken = make_history(model={"poison_id": only_second[0]})
    broken.ask(request)
    for answer in broken.samples(request):
        assert answer.last.error is not None
        assert answer.last.error.code is ErrorCode.NUMERICAL


def test_a_refused_prompt_ends_each_of_them(history: HistoryHarness) -> None:
    request = request_make("", n=2)
    history.ask(request)
    for answer in history.samples(request):
        assert answer.last.error is not None
        assert answer.last.error.code is ErrorCode.PROMPT_EMPTY


def test_a_resumed_first_answer_leaves_the_others_whole(
    history: HistoryHarness,
) -> None:
    request = request_make(n=2, **SAMPLED)
    history.ask(request)
    whole = [answer.token_ids for answer in history.samples(request)]
    for count in (5, 16):
        again = request_make(n=2, resume=whole[0][:count], **SAMPLED)
        history.ask(again)
        resumed = history.samples(again)
        assert resumed[0].token_ids == whole[0][count:]
        assert resumed[1].token_ids == whole[1]


def test_one_that_had_to_wait_is_read_again_from_its_own_words(
    history: HistoryHarness,
) -> None:
    request = request_make(n=2, max_tokens=60, **SAMPLED)
    history.ask(request)
    expected = [answer.token_ids for answer in history.samples(request)]
    again = request_make(n=2, max_tokens=60, **SAMPLED)
    other = request_make("dog", max_tokens=20)
    faults = [MemoryError()]

    def one_fault(spans: object) -> None:
        told = history.recorder.answers.get(again.id)
        if told is not None and len(told.token_ids) > 10 and faults:
            raise faults.pop()

    history.model.on_step = one_fault
    history.submit(other, again)
    assert [answer.token_ids for answer in history.samples(again)] == expected
    assert not faults
