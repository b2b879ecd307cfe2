"""An answer that takes longer than was allowed ends in words; waiting counts."""

from inference.contract import ErrorCode, FinishReason
from tests.inference.engine.conftest import MakeHistory
from tests.inference.engine_harness import Answer, request_make


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += seconds


def is_late(answer: Answer, seconds: float) -> bool:
    error = answer.last.error
    return (
        error is not None
        and error.code is ErrorCode.DEADLINE
        and error.params == {"seconds": seconds}
    )


def test_it_ends_with_what_it_has(make_history: MakeHistory) -> None:
    clock = Clock()
    harness = make_history(clock=clock)
    request = request_make(max_tokens=200, deadline_seconds=10)
    other = request_make(max_tokens=100, deadline_seconds=1000)
    harness.call_at_token(request.id, 5, lambda: clock.pass_seconds(10.5))
    answers = harness.ask(request, other)
    assert is_late(answers[0], 10)
    assert len(answers[0].token_ids) == 5
    assert answers[1].last.finish_reason is FinishReason.LENGTH


def test_it_ends_in_time_where_the_time_suffices(make_history: MakeHistory) -> None:
    clock = Clock()
    harness = make_history(clock=clock)
    request = request_make(max_tokens=20, deadline_seconds=10)
    harness.call_at_token(request.id, 5, lambda: clock.pass_seconds(10))
    [answer] = harness.ask(request)
    assert answer.last.finish_reason is FinishReason.LENGTH


def test_waiting_counts(make_history: MakeHistory) -> None:
    clock = Clock()
    harness = make_history(clock=clock, max_running=1)
    running = request_make(max_tokens=50)
    waiting = request_make(deadline_seconds=3, n=2)
    harness.call_at_token(running.id, 5, lambda: clock.pass_seconds(4))
    harness.engine.submit(running)
    harness.engine.submit(waiting)
    for answer in harness.samples(waiting):
        assert is_late(answer, 3)
        assert answer.token_ids == []
    assert len(harness.answer(running).token_ids) == 50
