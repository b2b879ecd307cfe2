"""Whose turn it is: somebody who waits before batch work, and people in turns."""

from typing import Any

import pytest

from inference.contract import GenerationRequest, Priority, TokenChunk
from tests.inference.engine.conftest import MakeHistory
from tests.inference.engine.history_harness import HistoryHarness
from tests.inference.engine_harness import request_make

BATCH = Priority.BATCH


def ask_all(harness: HistoryHarness, requests: list[GenerationRequest]) -> list[str]:
    """Submit all while the engine stands still; in which order they began."""
    gate = request_make("gate", max_tokens=2)
    harness.call_at_token(gate.id, 1, lambda: harness.submit(*requests))
    harness.engine.submit(gate)
    for request in requests:
        harness.answer(request)
    firsts = [
        event.request_id
        for call in harness.recorder.calls
        for event in call
        if isinstance(event, TokenChunk) and event.index == 1
    ]
    return [request_id for request_id in firsts if request_id != gate.id]


def test_people_take_turns_each_in_their_own_order(make_history: MakeHistory) -> None:
    harness = make_history(max_running=1)
    names = ["alice 1", "alice 2", "alice 3", "bob 1", "bob 2", "carol 1"]
    requests = [
        request_make(id=name, owner=name.split()[0], max_tokens=2) for name in names
    ]
    order = ask_all(harness, requests)
    assert order == ["alice 1", "bob 1", "carol 1", "alice 2", "bob 2", "alice 3"]


def test_who_has_no_name_counts_alone(make_history: MakeHistory) -> None:
    harness = make_history(max_running=1)
    requests = [
        request_make(id="alice 1", owner="alice", max_tokens=2),
        request_make(id="alice 2", owner="alice", max_tokens=2),
        request_make(id="a", max_tokens=2),
        request_make(id="b", max_tokens=2),
    ]
    assert ask_all(harness, requests) == ["alice 1", "a", "b", "alice 2"]


def test_somebody_who_waits_goes_before_batch_work(make_history: MakeHistory) -> None:
    harness = make_history(max_running=1)
    requests = [
        request_make(id=f"batch {n}", priority=BATCH, max_tokens=2) for n in range(3)
    ] + [request_make(id=f"chat {n}", max_tokens=2) for n in range(3)]
    order = ask_all(harness, requests)
    assert order == ["chat 0", "chat 1", "chat 2", "batch 0", "batch 1", "batch 2"]


def test_batch_work_is_not_overtaken_for_ever(make_history: MakeHistory) -> None:
    harness = make_history(max_running=1)
    requests = [request_make(id="batch", priority=BATCH, max_tokens=2)] + [
        request_make(id=f"chat {n}", max_tokens=2) for n in range(20)
    ]
    order = ask_all(harness, requests)
    assert 4 <= order.index("batch") <= 10


@pytest.mark.parametrize(
    ("config", "most"),
    [
        ({"max_running": 8}, 6),
        ({"max_running": 2}, 1),
        ({"max_running": 1}, 1),
        ({"max_running": 4, "interactive_slots": 3}, 1),
        ({"max_running": 4, "interactive_slots": 9}, 1),
    ],
)
def test_some_slots_are_never_taken_by_batch_work(
    make_history: MakeHistory, config: dict[str, Any], most: int
) -> None:
    harness = make_history(**config)
    together: list[int] = []
    harness.model.on_step = lambda spans: together.append(len(spans))
    requests = [request_make(f"{n}", priority=BATCH, max_tokens=20) for n in range(12)]
    harness.ask(*requests)
    assert max(together) == most


def test_somebody_begins_at_once_beside_a_full_batch(make_history: MakeHistory) -> None:
    harness = make_history(max_running=4)
    batch = [request_make(f"{n}", priority=BATCH, max_tokens=150) for n in range(8)]
    chat = request_make("fox", max_tokens=2)
    harness.call_at_token(batch[0].id, 5, lambda: harness.engine.submit(chat))
    for request in batch:
        harness.engine.submit(request)
    harness.answer(chat)
    assert not any(
        harness.recorder.answers[request.id].is_finished
        for request in batch
        if request.id in harness.recorder.answers
    )
    for request in batch:
        assert len(harness.answer(request).token_ids) == 150


def test_a_person_with_many_requests_delays_another_by_one(
    make_history: MakeHistory,
) -> None:
    harness = make_history(max_running=1)
    flood = [request_make(id=f"a {n}", owner="alice", max_tokens=2) for n in range(50)]
    order = ask_all(harness, [*flood, request_make(id="b", owner="bob", max_tokens=2)])
    assert order.index("b") == 1


def test_a_request_for_many_answers_takes_turns_with_others(
    make_history: MakeHistory,
) -> None:
    harness = make_history(max_running=1)
    many = request_make(id="many", owner="alice", n=4, max_tokens=2)
    later = request_make(id="later", owner="alice", max_tokens=2)
    other = request_make(id="other", owner="bob", max_tokens=2)
    assert ask_all(harness, [many, later, other])[:2] == ["many", "other"]
    assert len(harness.samples(many)) == 4
