"""The budget of keys and values is hard; whoever has to wait loses no word."""

import torch

from inference.contract import ErrorCode, FinishReason, Priority, TokenChunk
from inference.engine.memory import kv_bytes_default
from inference.models.slot_model import Span
from tests.inference.engine.conftest import MakeHistory
from tests.inference.engine.history_harness import HistoryHarness
from tests.inference.engine.history_model import BLOCK, TOKEN_BYTES
from tests.inference.engine_harness import request_make

BLOCK_BYTES = BLOCK * TOKEN_BYTES


def ids_in_order(harness: HistoryHarness) -> list[str]:
    """Whose tokens they were, from the first to the last."""
    return [
        event.request_id
        for call in harness.recorder.calls
        for event in call
        if isinstance(event, TokenChunk) and event.token_id is not None
    ]


def test_a_request_that_can_never_fit_is_refused_at_once(
    make_history: MakeHistory,
) -> None:
    harness = make_history(kv_bytes=2 * BLOCK_BYTES)
    running = request_make("fox", max_tokens=10)
    long = request_make("the lazy dog " * 10)
    harness.call_at_token(running.id, 3, lambda: harness.engine.submit(long))
    harness.engine.submit(running)
    answer = harness.answer(long)
    assert answer.last.error is not None
    assert answer.last.error.code is ErrorCode.OUT_OF_MEMORY
    assert len(harness.answer(running).token_ids) == 10
    events = [event for call in harness.recorder.calls for event in call]
    end = harness.recorder.answers[running.id].last
    assert events.index(answer.last) < events.index(end)


def test_requests_that_do_not_fit_together_take_turns(
    make_history: MakeHistory,
) -> None:
    harness = make_history(kv_bytes=2 * BLOCK_BYTES)
    requests = [request_make("fox", max_tokens=5) for _ in range(3)]
    harness.ask(*requests)
    expected = [request.id for request in requests for _ in range(5)]
    assert ids_in_order(harness) == expected


def test_the_newest_waits_when_memory_runs_short_and_repeats_nothing(
    history: HistoryHarness, make_history: MakeHistory
) -> None:
    requests = [request_make("fox", max_tokens=200, seed=n) for n in range(4)]
    expected = [answer.text for answer in history.ask(*requests)]
    undisturbed = history.model.num_read
    harness = make_history(kv_bytes=30 * BLOCK_BYTES)
    answers = harness.ask(*requests)
    assert [answer.text for answer in answers] == expected
    assert harness.model.num_read > undisturbed  # some was read again
    assert harness.model.peak_bytes <= 30 * BLOCK_BYTES
    ends = [
        event.request_id
        for call in harness.recorder.calls
        for event in call
        if isinstance(event, TokenChunk) and event.finish_reason
    ]
    assert ends[0] == requests[0].id


def test_batch_work_waits_before_anybody_who_came_later(
    make_history: MakeHistory,
) -> None:
    harness = make_history(kv_bytes=20 * BLOCK_BYTES, max_running=4)
    batch = request_make("fox", max_tokens=200, priority=Priority.BATCH)
    later = request_make("fox", max_tokens=200)
    harness.call_at_token(batch.id, 3, lambda: harness.engine.submit(later))
    harness.engine.submit(batch)
    assert len(harness.answer(later).token_ids) == 200
    assert len(harness.answer(batch).token_ids) == 200
    order = ids_in_order(harness)
    assert order[-1] == batch.id


def test_kept_prefixes_go_before_anybody_waits(make_history: MakeHistory) -> None:
    harness = make_history(kv_bytes=20 * BLOCK_BYTES)
    for number in range(6):
        harness.ask(request_make(f"{number} dog", max_tokens=60, owner="alice"))
    before = harness.model.num_read
    [answer] = harness.ask(request_make("fox", max_tokens=200))
    assert answer.prompt is not None
    # One after the other: none was turned out and read again.
    assert harness.model.num_read == before + len(answer.prompt.token_ids) + 199
    assert harness.model.peak_bytes <= 20 * BLOCK_BYTES


def test_memory_that_ends_in_the_middle_of_a_step_makes_the_newest_wait(
    history: HistoryHarness,
) -> None:
    requests = [request_make("fox", max_tokens=40, seed=n) for n in range(4)]
    expected = [answer.text for answer in history.ask(*requests)]

    def only_two(spans: object) -> None:
        if len(history.model._slots) > 2:
            raise torch.OutOfMemoryError("no memory")

    history.model.on_step = only_two
    again = [request_make("fox", max_tokens=40, seed=n) for n in range(4)]
    assert [answer.text for answer in history.ask(*again)] == expected


def test_a_request_for_which_memory_never_suffices_fails_in_words(
    history: HistoryHarness,
) -> None:
    def too_long(spans: list[Span]) -> None:
        if any(span.start + len(span.token_ids) > 100 for span in spans):
            raise MemoryError

    history.model.on_step = too_long  # type: ignore[assignment]  # spans are a list
    long, short = request_make(max_tokens=200), request_make(max_tokens=20)
    answers = history.ask(long, short)
    assert answers[0].last.error is not None
    assert answers[0].last.error.code is ErrorCode.OUT_OF_MEMORY
    assert 50 < len(answers[0].token_ids) < 100  # what it had stays
    assert answers[1].last.finish_reason is FinishReason.LENGTH


def test_an_answer_that_outgrows_all_memory_ends_with_what_it_has(
    make_history: MakeHistory,
) -> None:
    harness = make_history(kv_bytes=4 * BLOCK_BYTES)
    [answer] = harness.ask(request_make("fox", max_tokens=200))
    assert answer.last.error is not None
    assert answer.last.error.code is ErrorCode.OUT_OF_MEMORY
    assert answer.prompt is not None
    # The last token is known, and not read.
    assert len(answer.prompt.token_ids) + len(answer.token_ids) == 4 * BLOCK + 1


def test_a_source_that_does_not_fit_fails_its_own_request_only(
    make_history: MakeHistory,
) -> None:
    harness = make_history(model={"is_encoder_decoder": True})

    def short_only(sources: dict[int, list[int]]) -> None:
        if any(len(token_ids) > 8 for token_ids in sources.values()):
            raise MemoryError

    harness.model.on_encode = short_only  # type: ignore[assignment]  # as it is called
    answers = harness.ask(
        request_make("fox"), request_make("the lazy dog " * 9), request_make("dog")
    )
    assert answers[1].last.error is not None
    assert answers[1].last.error.code is ErrorCode.OUT_OF_MEMORY
    assert len(answers[0].token_ids) == len(answers[2].token_ids) == 16


def test_the_default_leaves_most_of_the_machine_alone() -> None:
    assert 0 < kv_bytes_default(torch.device("cpu")) <= 2 * 2**30
