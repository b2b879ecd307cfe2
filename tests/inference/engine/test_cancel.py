"""Cancelling stops one request within a step, wherever it is."""

from inference.contract import FinishReason
from tests.inference.conftest import MakeHarness
from tests.inference.engine.conftest import MakeHistory
from tests.inference.engine_harness import Harness, request_make


def test_it_stops_a_running_answer_before_the_next_token(harness: Harness) -> None:
    request = request_make(max_tokens=200)
    harness.call_at_token(request.id, 5, lambda: harness.engine.cancel(request.id))
    harness.engine.submit(request)
    answer = harness.answer(request)
    assert answer.last.finish_reason is FinishReason.CANCELLED
    assert answer.last.text == ""
    assert len(answer.token_ids) == 5


def test_it_stops_a_request_that_has_not_begun(make_harness: MakeHarness) -> None:
    harness = make_harness(max_running=1)
    running, waiting = request_make(max_tokens=50), request_make()
    harness.recorder.gate.clear()
    harness.engine.submit(running)
    harness.engine.submit(waiting)
    harness.engine.cancel(waiting.id)
    harness.recorder.gate.set()
    answer = harness.answer(waiting)
    assert answer.last.finish_reason is FinishReason.CANCELLED
    assert answer.token_ids == []
    assert len(harness.answer(running).token_ids) == 50


def test_it_stops_a_prompt_that_is_being_read(make_history: MakeHistory) -> None:
    harness = make_history(context=1024)
    request = request_make("the lazy dog " * 200)  # more than one step reads
    harness.call_at_token(request.id, 0, lambda: harness.engine.cancel(request.id))
    before = harness.model.num_read
    harness.engine.submit(request)
    answer = harness.answer(request)
    assert answer.last.finish_reason is FinishReason.CANCELLED
    assert answer.token_ids == []
    assert answer.prompt is not None
    assert 0 < harness.model.num_read - before < len(answer.prompt.token_ids)


def test_the_others_go_on_undisturbed(harness: Harness) -> None:
    expected = harness.ask(request_make(max_tokens=60))[0].token_ids
    requests = [request_make(max_tokens=60) for _ in range(6)]
    for request in requests:
        harness.engine.submit(request)
    for request in requests[::2]:
        harness.engine.cancel(request.id)
    for request in requests[1::2]:
        assert harness.answer(request).token_ids == expected


def test_an_unknown_or_finished_request_is_left_alone(harness: Harness) -> None:
    [answer] = harness.ask(request := request_make())
    harness.engine.cancel(request.id)
    harness.engine.cancel("nobody")
    assert len(harness.ask(request_make())[0].token_ids) == 16
    assert answer.last.finish_reason is FinishReason.LENGTH


def test_closing_ends_the_loop_without_another_chunk(harness: Harness) -> None:
    request = request_make(max_tokens=200)
    harness.call_at_token(request.id, 5, harness.engine.close)
    harness.engine.submit(request)
    harness.recorder.wait_for_tokens(request.id, 5)
    harness.engine.close()  # waits for the thread
    harness.engine.submit(request_make())
    assert len(harness.recorder.answers) == 1
    assert len(harness.recorder.answers[request.id].chunks) == 5
