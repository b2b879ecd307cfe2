"""Nobody waits for somebody else's long prompt or long answer."""

import gc

from inference.contract import PromptReady, TokenChunk
from inference.engine.sequence import Sequence
from tests.inference.conftest import MakeHarness
from tests.inference.engine_harness import Harness, request_make

LONG_TEXT = "the lazy dog " * 35


def test_a_short_prompt_overtakes_a_long_one(make_harness: MakeHarness) -> None:
    harness = make_harness(prefill_chunk=4)
    long, short = request_make(LONG_TEXT), request_make("fox", max_tokens=2)
    long_answer, short_answer = harness.ask(long, short)
    events = [event for call in harness.recorder.calls for event in call]
    assert events.index(short_answer.last) < events.index(long_answer.chunks[0])
    assert len(long_answer.token_ids) == 16


def test_running_answers_get_a_token_a_step_while_a_prompt_is_read(
    make_harness: MakeHarness,
) -> None:
    harness = make_harness(prefill_chunk=4)
    running, long = request_make(max_tokens=200), request_make(LONG_TEXT, max_tokens=1)
    harness.call_at_token(running.id, 1, lambda: harness.engine.submit(long))
    harness.engine.submit(running)
    answer = harness.answer(long)
    assert answer.prompt is not None
    events = [event for call in harness.recorder.calls for event in call]
    ready = events.index(answer.prompt)
    first = events.index(answer.chunks[0])
    meanwhile = [e for e in events[ready:first] if e.request_id == running.id]
    assert len(meanwhile) >= len(answer.prompt.token_ids) // 4 - 1


def test_each_step_is_told_in_one_call_with_one_token_each(harness: Harness) -> None:
    requests = [request_make(max_tokens=50) for _ in range(4)]
    harness.ask(*requests)
    tokens = [
        [event.request_id for event in call if isinstance(event, TokenChunk)]
        for call in harness.recorder.calls
    ]
    assert all(len(ids) == len(set(ids)) for ids in tokens)
    assert any(len(ids) == 4 for ids in tokens)


def test_the_prompt_is_told_before_the_first_token(harness: Harness) -> None:
    request = request_make("fox")
    harness.ask(request)
    events = [event for call in harness.recorder.calls for event in call]
    assert isinstance(events[0], PromptReady)


def test_the_loop_says_that_it_lives(harness: Harness) -> None:
    before = harness.engine.last_step_at
    harness.ask(request_make())
    assert harness.engine.last_step_at > before


def test_many_requests_leave_nothing_behind(harness: Harness) -> None:
    ids = set()
    for _ in range(5):
        requests = [request_make(max_tokens=n % 7 + 1) for n in range(40)]
        ids |= {request.id for request in requests}
        harness.ask(*requests)
    harness.ask(request_make())  # the loop has let go of those before
    gc.collect()
    sequences = [o for o in gc.get_objects() if type(o) is Sequence]
    assert [s.id for s in sequences if s.id in ids] == []
