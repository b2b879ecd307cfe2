"""Rates and waits, from the times at which tokens came."""

import pytest

from tests.bench.side import SideFailed, tokens_check
from tests.bench.work import (
    Task,
    Trace,
    decode_rate,
    end_of,
    first_token_seconds,
    gaps,
    stay_seconds,
    total_rate,
)


def trace(*times: float) -> Trace:
    return Trace(times=times, token_ids=tuple(range(len(times))))


def task(tokens: int, *, at: float = 0.0) -> Task:
    return Task(messages=(("user", "hello"),), tokens=tokens, at=at)


def test_all_tokens_count_from_the_beginning_to_the_last() -> None:
    traces = [trace(1, 2, 3), trace(2, 4)]
    assert end_of(traces) == 4
    assert total_rate(traces) == 5 / 4


def test_decoding_counts_only_while_every_stream_writes() -> None:
    """From second 3, when the late one has begun, to second 5, when the first ends."""
    early, late = trace(1, 2, 3, 4, 5), trace(3, 4, 5, 6, 7)
    assert decode_rate([early, late]) == 4 / 2


def test_one_stream_decodes_from_its_first_token_on() -> None:
    assert decode_rate([trace(10, 11, 12, 13)]) == 1


def test_streams_that_never_write_together_have_no_rate() -> None:
    with pytest.raises(ValueError, match="ask for more"):
        decode_rate([trace(1, 2), trace(3, 4)])


def test_waits_are_counted_from_the_arrival() -> None:
    tasks = [task(2, at=0), task(2, at=10)]
    traces = [trace(1, 3), trace(13, 15)]
    assert first_token_seconds(tasks, traces) == 2
    assert stay_seconds(tasks, traces) == 4


def test_gaps_lie_between_tokens() -> None:
    assert gaps(trace(1, 1.5, 4)) == [0.5, 2.5]


def test_a_side_that_wrote_less_than_was_asked_is_found_out() -> None:
    with pytest.raises(SideFailed, match="wrote"):
        tokens_check("a peer", [task(3)], [trace(1, 2)])


def test_a_side_that_wrote_what_was_asked_is_believed() -> None:
    tokens_check("a peer", [task(3)], [trace(1, 2, 3)])
