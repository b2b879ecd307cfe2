"""Tokens in Redis: numbered, once, and of the living claim only."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webapp.common.ids import new_id
from webapp.common.redis import redis_client
from webapp.generation.token_log import (
    Outcome,
    Part,
    entry_parse,
    stream_key,
    token_log_append,
    token_log_open,
    token_log_read,
    token_logs_cancel,
    token_logs_end,
)

WORDS = ["to", " be", " or", " not", " to", " be", ","]


def part(
    id: str, first: int, last: int, *, epoch: int = 1, rebuild: bool = False
) -> Part:
    """Tokens first to last of the sentence; each token's id is its number."""
    words = WORDS[first - 1 : last]
    ids = range(first, last + 1)
    return Part(id, epoch, tuple(ids), last, "".join(words), rebuild)


def opened(epoch: int = 1) -> str:
    id = str(new_id())
    assert token_log_open(generation_id=id, epoch=epoch)
    return id


def outcomes(*parts: Part) -> list[Outcome]:
    return [appended.outcome for appended in token_log_append(parts)]


def test_what_is_appended_is_read_back() -> None:
    id = opened()
    assert outcomes(part(id, 1, 1)) == ["ok"]
    assert outcomes(part(id, 2, 4)) == ["ok"]
    made = token_log_read(generation_id=id)
    assert (made.token_ids, made.text) == ((1, 2, 3, 4), "to be or not")


def test_one_call_serves_many_generations() -> None:
    mine, theirs, unknown = opened(), opened(epoch=2), str(new_id())
    parts = [part(mine, 1, 1), part(theirs, 1, 1), part(unknown, 1, 1)]
    assert outcomes(*parts) == ["ok", "stale", "lost"]


def test_appending_twice_changes_nothing() -> None:
    id = opened()
    assert outcomes(part(id, 1, 2), part(id, 1, 2), part(id, 1, 1)) == ["ok"] * 3
    assert token_log_read(generation_id=id).text == "to be"


def test_a_zombie_is_refused() -> None:
    id = opened()
    token_log_append([part(id, 1, 1)])
    assert token_log_open(generation_id=id, epoch=2)
    assert outcomes(part(id, 2, 2, epoch=1)) == ["stale"]
    assert not token_log_open(generation_id=id, epoch=1)
    assert outcomes(part(id, 2, 2, epoch=2)) == ["ok"]
    assert token_log_read(generation_id=id).text == "to be"


def test_a_resumption_leaves_a_mark() -> None:
    id = opened()
    token_log_append([part(id, 1, 1)])
    token_log_open(generation_id=id, epoch=2)
    items: Any = redis_client().xrange(stream_key(id))
    mark = entry_parse(*items[-1])
    assert mark.is_resumption and mark.seq == 1


def test_tokens_that_redis_forgot_are_asked_for() -> None:
    id = opened()
    token_log_append([part(id, 1, 2)])
    [answer] = token_log_append([part(id, 5, 6)])
    assert (answer.outcome, answer.last_seq) == (Outcome.GAP, 2)
    [answer] = token_log_append([part(id, 2, 4)])
    assert (answer.outcome, answer.last_seq) == (Outcome.GAP, 2)
    assert outcomes(part(id, 3, 6)) == ["ok"]


def test_a_wiped_redis_asks_for_the_row() -> None:
    id = opened()
    token_log_append([part(id, 1, 2)])
    redis_client().flushall()
    assert outcomes(part(id, 3, 3)) == ["lost"]
    token_log_open(generation_id=id, epoch=1)
    assert outcomes(part(id, 1, 3)) == ["ok"]


def test_a_stream_can_be_begun_anew() -> None:
    id = opened()
    token_log_append([part(id, 1, 2)])
    assert outcomes(part(id, 1, 4, rebuild=True)) == ["ok"]
    assert redis_client().xlen(stream_key(id)) == 1


def test_a_stop_comes_with_the_next_answer() -> None:
    id = opened()
    token_logs_cancel([id])
    assert outcomes(part(id, 1, 1)) == ["cancel"]
    assert token_log_read(generation_id=id).text == "to"


def test_there_is_one_end() -> None:
    id = opened()
    token_log_append([part(id, 1, 1)])
    token_logs_end([id])
    token_logs_end([id])
    items: Any = redis_client().xrange(stream_key(id))
    assert [entry_parse(*item).is_end for item in items] == [False, True]


def test_streams_do_not_stay_for_ever() -> None:
    id = opened()
    token_log_append([part(id, 1, 1)])
    ttl: Any = redis_client().ttl(stream_key(id))
    assert ttl > 0


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(st.integers(1, len(WORDS)), st.integers(1, len(WORDS))), max_size=12
    )
)
def test_whatever_is_sent_again_the_text_is_a_prefix(
    spans: list[tuple[int, int]],
) -> None:
    id = opened()
    for first, last in spans:
        if first <= last:
            token_log_append([part(id, first, last)])
    made = token_log_read(generation_id=id)
    assert made.token_ids == tuple(range(1, len(made.token_ids) + 1))
    assert made.text == "".join(WORDS[: len(made.token_ids)])
