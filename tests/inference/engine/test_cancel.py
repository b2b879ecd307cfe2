"""Cancelling stops one request within a step, wherever it is."""

from inference.contract import FinishReason
from tests.inference.conftest import MakeHarness
from tests.inference.engine_harness import Harness, request_make


def test_it_stops_a_running_answer(harness: Harness) -> None:
    request = request_make(max_tokens=200)
    harness.engine.submit(request)
    harness.recorder.wait_for_tokens(request.id, 3)
    harness.engine.cancel(request.id)
    answer = harness.answer(request)
    assert answer.last.finish_reason is FinishReason.CANCELLED
    assert answer.last.text == ""
    assert 3 <= len(answer.token_ids) < 200


def test_it_stops_at_most_one_step_after_the_call(harness: Harness) -> None:
    request = request_make(max_tokens=200)
    heard: list[int] = []

    class CancellingSink:
        def __call__(self, events: object) -> None:
            harness.recorder(events)  # type: ignore[arg-type]  # passed on as it came
            answer = harness.recorder.answers[request.id]
            if len(answer.token_ids) == 5 and not answer.is_finished:
                harness.engine.cancel(request.id)
            heard.append(len(answer.token_ids))

    harness.engine._sink = CancellingSink()  # type: ignore[attr-defined]  # the seam
    harness.engine.submit(request)
    assert len(harness.answer(request).token_ids) == 5


def test_it_stops_a_request_that_has_not_begun(make_harness: MakeHarness) -> None:
    harness = make_harness(max_running=1)
    running, waiting = request_make(max_tokens=150), request_make()
    harness.engine.submit(running)
    harness.engine.submit(waiting)
    harness.engine.cancel(waiting.id)
    answer = harness.answer(waiting)
    assert answer.last.finish_reason is FinishReason.CANCELLED
    assert answer.token_ids == []
    assert len(harness.answer(running).token_ids) == 150


def test_it_stops_a_prompt_that_is_being_read(make_harness: MakeHarness) -> None:
    harness = make_harness(prefill_chunk=1)
    request = request_make("the lazy dog " * 30)
    harness.engine.submit(request)
    harness.engine.cancel(request.id)
    assert harness.answer(request).last.finish_reason is FinishReason.CANCELLED
    assert len(harness.ask(request_make())[0].token_ids) == 16


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
    harness.engine.submit(request)
    harness.recorder.wait_for_tokens(request.id, 1)
    harness.engine.close()
    told = len(harness.recorder.calls)
    harness.engine.submit(request_make())
    assert len(harness.recorder.calls) == told
    assert not harness.recorder.answers[request.id].is_finished
