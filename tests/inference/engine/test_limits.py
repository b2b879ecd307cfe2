"""Where an answer ends, and which prompts get none."""

from inference.contract import ChatMessage, ErrorCode, FinishReason, Role
from tests.inference.conftest import MakeHarness
from tests.inference.engine_harness import Harness, request_make
from tests.inference.tiny_model import END_ID

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
    first = free.token_ids.index(end)
    engine = harness.engine
    engine._tokenizer.end_ids = frozenset([END_ID, end])  # type: ignore[attr-defined]  # seam
    [answer] = harness.ask(request_make(max_tokens=20))
    assert answer.token_ids == free.token_ids[:first]
    assert answer.last.token_id is None
    assert answer.last.finish_reason is FinishReason.STOP


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
    messages = [ChatMessage(Role.USER, f"{n} the quick fox") for n in range(60)]
    [whole] = harness.ask(request_make(messages=messages, max_tokens=60))
    [resumed] = harness.ask(
        request_make(messages=messages, max_tokens=60, resume=whole.token_ids[:50])
    )
    assert whole.prompt is not None and resumed.prompt is not None
    assert resumed.prompt.token_ids == whole.prompt.token_ids
    assert resumed.token_ids == whole.token_ids[50:]


def test_a_prompt_arrives_in_chunks_of_any_size_with_the_same_answer(
    make_harness: MakeHarness,
) -> None:
    text = "the capital of France and the lazy dog " * 4
    answers = [
        make_harness(prefill_chunk=size).ask(request_make(text))[0].token_ids
        for size in (1, 7, 64, 1000)
    ]
    assert answers[1:] == answers[:1] * 3
