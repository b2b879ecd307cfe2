"""What was read once is not read again: for the same person, or a team's own preset."""

import pytest

from inference.contract import ChatMessage, Role
from inference.engine.prefix_cache import PrefixCache
from inference.engine.prefix_chain import Chain, scope_key
from inference.engine.row import Slot
from tests.inference.engine.conftest import MakeHistory
from tests.inference.engine.history_harness import HistoryHarness
from tests.inference.engine_harness import Answer, request_make

HISTORY = "the lazy dog asks the quick brown fox " * 5
PRESET = ChatMessage(Role.SYSTEM, "you are the lazy dog of the capital " * 4)


def cached(answer: Answer) -> int:
    assert answer.prompt is not None
    return answer.prompt.cached_tokens


def prompt_length(answer: Answer) -> int:
    assert answer.prompt is not None
    return len(answer.prompt.token_ids)


def test_an_answer_that_goes_on_reads_only_what_is_new(history: HistoryHarness) -> None:
    [first] = history.ask(request_make(HISTORY, owner="alice", max_tokens=10))
    before = history.model.num_read
    [more] = history.ask(
        request_make(HISTORY, owner="alice", max_tokens=3, prefix=first.token_ids)
    )
    assert cached(more) == prompt_length(more) - 1
    assert history.model.num_read == before + 3
    [whole] = history.ask(request_make(HISTORY, max_tokens=13))
    assert first.token_ids + more.token_ids == whole.token_ids


def test_the_same_question_again_reads_its_last_token_only(
    history: HistoryHarness,
) -> None:
    [first] = history.ask(request_make(HISTORY, owner="alice"))
    [second] = history.ask(request_make(HISTORY, owner="alice"))
    assert cached(first) == 0
    assert cached(second) == prompt_length(second) - 1
    assert second.token_ids == first.token_ids


def test_a_conversation_is_found_where_it_parts(history: HistoryHarness) -> None:
    history.ask(request_make(HISTORY + "fox", owner="alice"))
    [other] = history.ask(request_make(HISTORY + "dog jumps", owner="alice"))
    assert 0 < cached(other) < prompt_length(other) - 1
    [alone] = history.ask(request_make(HISTORY + "dog jumps"))
    assert cached(alone) == 0
    assert other.token_ids == alone.token_ids


def test_running_answers_share_too(history: HistoryHarness) -> None:
    first = request_make(HISTORY, owner="alice", max_tokens=100)
    second = request_make(HISTORY, owner="alice")
    history.call_at_token(first.id, 5, lambda: history.engine.submit(second))
    history.engine.submit(first)
    answer = history.answer(second)
    assert cached(answer) == prompt_length(answer) - 1
    assert answer.token_ids == history.answer(first).token_ids[:16]


@pytest.mark.parametrize("owner", ["bob", "", "alic", "alice "])
def test_nobody_else_begins_sooner(history: HistoryHarness, owner: str) -> None:
    history.ask(request_make(HISTORY, owner="alice"))
    [answer] = history.ask(request_make(HISTORY, owner=owner))
    assert cached(answer) == 0


def test_a_team_shares_its_preset_and_not_a_token_more(history: HistoryHarness) -> None:
    def ask(owner: str, team: str) -> Answer:
        messages = [PRESET, ChatMessage(Role.USER, HISTORY)]
        return history.ask(
            request_make(messages=messages, owner=owner, preset_owner=team)
        )[0]

    alice, bob, charlie = ask("alice", "one"), ask("bob", "one"), ask("charlie", "two")
    system_only = history.ask(request_make(messages=[PRESET, *_question("fox")]))[0]
    assert cached(alice) == cached(charlie) == 0
    assert 32 <= cached(bob) < prompt_length(system_only)
    assert alice.token_ids == bob.token_ids == charlie.token_ids


def _question(text: str) -> list[ChatMessage]:
    return [ChatMessage(Role.USER, text)]


def test_what_a_person_calls_a_preset_is_no_team(history: HistoryHarness) -> None:
    history.ask(request_make(HISTORY, owner="one"))
    messages = [PRESET, ChatMessage(Role.USER, HISTORY)]
    [answer] = history.ask(request_make(messages=messages, preset_owner="one"))
    assert cached(answer) == 0


def test_the_least_recently_used_makes_place(make_history: MakeHistory) -> None:
    harness = make_history(model={"num_slots": 2})
    texts = [HISTORY + "fox", "brown " * 40]
    for text in (*texts, texts[0], "capital " * 40):
        harness.ask(request_make(text, owner="alice"))
    [kept] = harness.ask(request_make(texts[0], owner="alice"))
    [lost] = harness.ask(request_make(texts[1], owner="alice"))
    assert cached(kept) == prompt_length(kept) - 1
    assert cached(lost) == 0


def test_a_full_house_takes_over_what_it_cannot_copy(make_history: MakeHistory) -> None:
    harness = make_history(model={"num_slots": 1}, max_running=1)
    [first] = harness.ask(request_make(HISTORY, owner="alice"))
    [second] = harness.ask(request_make(HISTORY, owner="alice"))
    assert cached(second) == prompt_length(second) - 1
    assert second.token_ids == first.token_ids


def test_a_copy_that_fails_is_read_instead(history: HistoryHarness) -> None:
    [first] = history.ask(request_make(HISTORY, owner="alice"))

    def broken(source: int, target: int, length: int) -> None:
        raise RuntimeError("the copy broke")

    history.model.copy = broken  # type: ignore[method-assign]  # the test's fault
    [second] = history.ask(request_make(HISTORY, owner="alice"))
    assert cached(second) == 0
    assert second.token_ids == first.token_ids


def test_a_model_that_cannot_copy_reads_everything(make_history: MakeHistory) -> None:
    harness = make_history(model={"can_copy": False})
    answers = [harness.ask(request_make(HISTORY, owner="alice"))[0] for _ in range(2)]
    assert [cached(answer) for answer in answers] == [0, 0]
    assert answers[0].token_ids == answers[1].token_ids


def test_only_what_nobody_else_holds_is_kept(history: HistoryHarness) -> None:
    messages = [PRESET, ChatMessage(Role.USER, "fox")]
    history.ask(
        *[request_make(messages=messages, preset_owner="one") for _ in range(5)],
        *[request_make(HISTORY, owner="alice") for _ in range(5)],
        request_make(HISTORY),
        request_make("fox", owner="alice", max_tokens=3),  # too short to be found
    )
    assert len(history.model._slots) == 2


def test_cancelled_answers_are_kept_as_well(history: HistoryHarness) -> None:
    request = request_make(HISTORY, owner="alice", max_tokens=100)
    history.call_at_token(request.id, 5, lambda: history.engine.cancel(request.id))
    history.engine.submit(request)
    history.answer(request)
    [again] = history.ask(request_make(HISTORY, owner="alice"))
    assert cached(again) == prompt_length(again) - 1


def slot_of(tokens: list[int], *chains: Chain) -> Slot:
    return Slot(0, tokens=tokens, chains=chains, length=len(tokens))


def test_the_index_forgets_what_it_is_told_to_forget() -> None:
    cache, key = PrefixCache(), scope_key("owner", "alice")
    tokens = list(range(100))
    slot = slot_of(tokens, Chain(key, 1000))
    cache.note(slot)
    match = cache.find(tokens, [Chain(key, 1000)])
    assert match is not None
    assert (match.slot, match.length) == (slot, 99)
    cache.forget(slot)
    assert cache.find(tokens, [Chain(key, 1000)]) is None
    assert cache._slots == {}


def test_the_longest_of_several_is_found() -> None:
    cache, key = PrefixCache(), scope_key("owner", "alice")
    tokens = list(range(200))
    lengths = [40, 150, 90]
    for length in lengths:
        cache.note(slot_of([*tokens[:length], 999], Chain(key, 1000)))
    match = cache.find(tokens, [Chain(key, 1000)])
    assert match is not None and match.length == 150


def test_scopes_are_equal_for_equal_parts_only() -> None:
    assert scope_key("owner", "a") == scope_key("owner", "a")
    parts = [("owner", "a"), ("preset", "a"), ("owner", "a", ()), ("owner", "a", (1,))]
    assert len({scope_key(*p) for p in parts}) == len(parts)
