"""Nobody waits for somebody else's long prompt or long answer."""

import gc

import pytest

from inference.contract import PromptReady, TokenChunk
from inference.engine.sequence import Sequence
from tests.inference.engine.conftest import MakeHistory
from tests.inference.engine_harness import Harness, request_make

LONG_TEXT = "the lazy dog " * 200  # more than one step reads


def test_a_short_prompt_overtakes_a_long_one(make_history: MakeHistory) -> None:
    harness = make_history(context=1024)
    long, short = request_make(LONG_TEXT), request_make("fox", max_tokens=1)
    long_answer, short_answer = harness.ask(long, short)
    events = [event for call in harness.recorder.calls for event in call]
    assert events.index(short_answer.last) < events.index(long_answer.chunks[0])
    assert len(long_answer.token_ids) == 16


def test_running_answers_get_a_token_a_step_while_a_prompt_is_read(
    make_history: MakeHistory,
) -> None:
    harness = make_history(prefill_chunk=4, context=1024)
    running, long = request_make(max_tokens=500), request_make(LONG_TEXT, max_tokens=1)
    harness.call_at_token(running.id, 1, lambda: harness.engine.submit(long))
    harness.engine.submit(running)
    answer = harness.answer(long)
    assert answer.prompt is not None
    events = [event for call in harness.recorder.calls for event in call]
    ready = events.index(answer.prompt)
    first = events.index(answer.chunks[0])
    meanwhile = [e for e in events[ready:first] if e.request_id == running.id]
    assert len(meanwhile) >= len(answer.prompt.token_ids) // 4 - 1


@pytest.mark.parametrize(("chunk", "most"), [(None, 16), (7, 7)])
def test_prompts_share_a_budget_beside_running_answers(
    make_history: MakeHistory, chunk: int | None, most: int
) -> None:
    harness = make_history(prefill_chunk=chunk, context=1024)
    running = request_make(max_tokens=400)
    others = [request_make(f"{n} {LONG_TEXT}", max_tokens=1) for n in range(4)]
    read: list[list[int]] = []
    harness.model.on_step = lambda spans: read.append([len(s.token_ids) for s in spans])
    harness.call_at_token(running.id, 1, lambda: harness.submit(*others))
    harness.engine.submit(running)
    for request in (running, *others):
        harness.answer(request)
    beside = [counts for counts in read if counts[0] == 1 and len(counts) > 1]
    assert max(sum(counts) - 1 for counts in beside) == most


def test_prompts_take_turns(make_history: MakeHistory) -> None:
    harness = make_history(prefill_chunk=16, context=1024)
    running = request_make(max_tokens=700)
    others = [request_make(f"{n} {LONG_TEXT}", max_tokens=1) for n in range(3)]
    slots: list[int] = []
    harness.model.on_step = lambda spans: slots.extend(s.slot for s in spans[1:])
    harness.call_at_token(running.id, 1, lambda: harness.submit(*others))
    harness.engine.submit(running)
    for request in (running, *others):
        harness.answer(request)
    assert slots[:9] == slots[:3] * 3
    assert len(set(slots[:3])) == 3


def test_nobody_running_a_prompt_is_read_in_big_pieces(
    make_history: MakeHistory,
) -> None:
    harness = make_history(context=1024)
    read: list[int] = []
    harness.model.on_step = lambda spans: read.extend(len(s.token_ids) for s in spans)
    [answer] = harness.ask(request_make(LONG_TEXT, max_tokens=1))
    assert answer.prompt is not None
    assert read == [256, 256, len(answer.prompt.token_ids) - 512]


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
    assert [s.group.id for s in sequences if s.group.id in ids] == []
