"""Where an answer ends, and which prompts get none."""

from typing import Any

import pytest

from inference.contract import ChatMessage, ErrorCode, FinishReason, Role
from tests.inference.conftest import MakeHarness
from tests.inference.engine.conftest import MakeHistory
from tests.inference.engine.history_harness import HistoryHarness
from tests.inference.engine_harness import Harness, request_make

CONTEXT = 256


def test_it_ends_at_max_tokens_with_the_last_token_in_the_last_chunk(
    harness: Harness,
) -> None:
    [answer] = harness.ask(request_make(max_tokens=7))
    assert len(answer.token_ids) == 7
    assert answer.last.finish_reason is FinishReason.LENGTH
    assert answer.last.token_id is not None


def test_it_ends_at_the_end_of_the_context(harness: Harness) -> None:
    [answer] = harness.ask(request_make("the lazy dog " * 20, max_tokens=500))
    assert answer.prompt is not None
    assert len(answer.prompt.token_ids) + len(answer.token_ids) == CONTEXT
    assert answer.last.finish_reason is FinishReason.LENGTH


def test_it_ends_where_the_model_does_without_telling_that_token(
    harness: Harness,
) -> None:
    [free] = harness.ask(request_make(max_tokens=20))
    end = free.token_ids[10]
    [answer] = harness.ask(request_make(max_tokens=20, stop_token_ids=(end,)))
    assert answer.token_ids == free.token_ids[: free.token_ids.index(end)]
    assert answer.last.token_id is None
    assert answer.last.finish_reason is FinishReason.STOP


def test_it_does_not_end_before_its_least_length(harness: Harness) -> None:
    [free] = harness.ask(request_make(max_tokens=20))
    end = free.token_ids[3]
    [answer] = harness.ask(
        request_make(max_tokens=20, stop_token_ids=(end,), min_tokens=12)
    )
    assert len(answer.token_ids) >= 12
    assert end not in answer.token_ids


@pytest.mark.parametrize("spare", [1, 0, -1])
def test_a_prompt_may_leave_room_for_one_token_and_not_for_none(
    make_history: MakeHistory, spare: int
) -> None:
    """One below the context, at it, and one over it; with and without a prefix."""
    [short] = make_history().ask(request_make("fox"))
    assert short.prompt is not None
    length = len(short.prompt.token_ids)
    for prefix in (0, 3):
        harness = make_history(context=length + prefix + spare)
        [answer] = harness.ask(request_make("fox", prefix=[5] * prefix))
        if spare == 1:
            assert len(answer.token_ids) == 1
            assert answer.last.finish_reason is FinishReason.LENGTH
        else:
            assert answer.last.error is not None
            assert answer.last.error.code is ErrorCode.PROMPT_TOO_LONG
            limit = length + prefix + spare - 1
            found = {"tokens": length + prefix, "limit": limit}
            assert answer.last.error.params == found


@pytest.mark.parametrize("field", ["prefix", "resume"])
@pytest.mark.parametrize("token_id", [-1, 400, 2**40])
def test_token_ids_that_the_model_does_not_have_are_refused(
    history: HistoryHarness, field: str, token_id: int
) -> None:
    tokens: dict[str, Any] = {field: [token_id]}
    [answer] = history.ask(request_make(**tokens))
    assert answer.last.error is not None
    assert answer.last.error.code is ErrorCode.INTERNAL
    assert "out of range" in answer.last.error.params["reason"]


def test_it_ends_before_a_stop_string(harness: Harness) -> None:
    [free] = harness.ask(request_make(max_tokens=30))
    stop = free.text[9:14]
    [answer] = harness.ask(request_make(max_tokens=30, stop=("never seen", stop)))
    assert answer.text == free.text[: free.text.index(stop)]
    assert answer.last.finish_reason is FinishReason.STOP
    assert len(answer.token_ids) < 30


def test_what_was_held_back_appears_when_no_stop_string_came(harness: Harness) -> None:
    [free] = harness.ask(request_make(max_tokens=30))
    [answer] = harness.ask(request_make(max_tokens=30, stop=(free.text[-2:] + "#",)))
    assert answer.text == free.text


def test_an_empty_prompt_is_refused(harness: Harness) -> None:
    for text in ("", " \n\t "):
        [answer] = harness.ask(request_make(text))
        assert answer.last.error is not None
        assert answer.last.error.code is ErrorCode.PROMPT_EMPTY


def test_a_prompt_that_is_too_long_says_how_many_tokens_of_how_many(
    harness: Harness,
) -> None:
    [answer] = harness.ask(request_make("fox " * 300))
    assert answer.last.error is not None
    assert answer.last.error.code is ErrorCode.PROMPT_TOO_LONG
    assert answer.last.error.params["limit"] == CONTEXT - 1
    assert answer.last.error.params["tokens"] > 300


def test_a_long_conversation_loses_its_oldest_turns(harness: Harness) -> None:
    turns = [
        ChatMessage(role, f"{number} the quick brown fox jumps")
        for number in range(30)
        for role in (Role.USER, Role.ASSISTANT)
    ]
    messages = [ChatMessage(Role.SYSTEM, "dog"), *turns, ChatMessage(Role.USER, "fox")]
    [answer] = harness.ask(request_make(messages=messages, max_tokens=40))
    assert answer.prompt is not None
    assert answer.prompt.dropped_messages > 0
    assert answer.prompt.dropped_messages % 2 == 0
    assert len(answer.token_ids) == 40


def test_a_resumed_answer_leaves_out_the_same_turns(harness: Harness) -> None:
    messages = [
        ChatMessage(Role.ASSISTANT if n % 2 else Role.USER, f"{n} the quick fox")
        for n in range(61)
    ]
    [whole] = harness.ask(request_make(messages=messages, max_tokens=60))
    [resumed] = harness.ask(
        request_make(messages=messages, max_tokens=60, resume=whole.token_ids[:50])
    )
    assert whole.prompt is not None and resumed.prompt is not None
    assert whole.prompt.dropped_messages > 0
    assert resumed.prompt.token_ids == whole.prompt.token_ids
    assert resumed.token_ids == whole.token_ids[50:]


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_a_prompt_arrives_in_chunks_of_any_size_with_the_same_answer(
    make_harness: MakeHarness, size: int
) -> None:
    text = "the capital of France and the lazy dog " * 4
    harness = make_harness(prefill_chunk=size)
    [alone] = harness.ask(request_make(text))
    running, beside = request_make(max_tokens=200), request_make(text)
    harness.call_at_token(running.id, 1, lambda: harness.submit(beside))
    harness.submit(running)
    assert harness.answer(beside).token_ids == alone.token_ids
