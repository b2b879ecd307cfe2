"""Encoder-decoders in the same loop: sources are read in company, once, and shared."""

import pytest

from inference.contract import ErrorCode, FinishReason
from tests.inference.engine.conftest import MakeHistory
from tests.inference.engine.history_harness import HistoryHarness
from tests.inference.engine_harness import request_make

TEXTS = ["fox", "the lazy dog", "brown " * 30, "你好,世界。"]


@pytest.fixture
def history(make_history: MakeHistory) -> HistoryHarness:
    return make_history(model={"is_encoder_decoder": True})


def encodings(harness: HistoryHarness) -> list[int]:
    """How many sources each pass of the encoder reads, from now on."""
    counts: list[int] = []
    harness.model.on_encode = lambda sources: counts.append(len(sources))
    return counts


def test_the_prompt_is_the_source(history: HistoryHarness) -> None:
    [answer] = history.ask(request_make("the lazy dog"))
    assert answer.prompt is not None
    text = history.batch_engine._intake._text
    shown = b"".join(text.token_bytes[token] for token in answer.prompt.token_ids)
    assert shown == b"the lazy dog"


def test_each_answer_is_that_of_its_own_source(history: HistoryHarness) -> None:
    alone = [history.ask(request_make(text))[0].token_ids for text in TEXTS]
    together = history.ask(*[request_make(text) for text in TEXTS])
    assert [answer.token_ids for answer in together] == alone
    assert len({tuple(token_ids) for token_ids in alone}) == len(TEXTS)


def test_those_who_come_together_are_encoded_together(history: HistoryHarness) -> None:
    first = request_make("dog", max_tokens=3)
    others = [request_make(text) for text in TEXTS]
    history.call_at_token(first.id, 1, lambda: history.submit(*others))
    counts = encodings(history)
    history.engine.submit(first)
    for request in others:
        history.answer(request)
    assert counts == [1, 4]


def test_many_long_sources_are_encoded_in_parts(make_history: MakeHistory) -> None:
    harness = make_history(model={"is_encoder_decoder": True}, max_running=20)
    first = request_make("dog", max_tokens=40)
    others = [request_make(f"{n} " + "brown " * 60, max_tokens=2) for n in range(12)]
    harness.call_at_token(first.id, 1, lambda: harness.submit(*others))
    counts = encodings(harness)
    harness.engine.submit(first)
    for request in (first, *others):
        harness.answer(request)
    assert sum(counts) == 13
    assert max(counts) < 12


def test_the_same_source_of_the_same_person_is_encoded_once(
    history: HistoryHarness,
) -> None:
    [first] = history.ask(request_make("the lazy dog", owner="alice"))
    [second] = history.ask(request_make("the lazy dog", owner="alice"))
    [bobs] = history.ask(request_make("the lazy dog", owner="bob"))
    assert first.prompt is not None and second.prompt is not None
    assert bobs.prompt is not None
    assert first.prompt.cached_tokens == bobs.prompt.cached_tokens == 0
    assert second.prompt.cached_tokens == len(second.prompt.token_ids)
    assert history.model.num_encoded == 1 + 2  # one was the engine's own try
    assert second.token_ids == first.token_ids == bobs.token_ids


def test_all_answers_to_a_request_share_its_source(history: HistoryHarness) -> None:
    request = request_make(n=4, temperature=1.0, seed=1)
    history.ask(request)
    assert len({tuple(a.token_ids) for a in history.samples(request)}) == 4
    assert history.model.num_encoded == 1 + 1


def test_a_typed_beginning_is_read_in_one_piece(history: HistoryHarness) -> None:
    steps: list[int] = []
    history.model.on_step = lambda spans: steps.append(len(spans[0].token_ids))
    [answer] = history.ask(request_make(forced_prefix="the quick brown", max_tokens=2))
    assert len(steps) == 2 and steps[0] > 2 and steps[1] == 1
    [free] = history.ask(request_make(max_tokens=2))
    assert answer.token_ids != free.token_ids
    assert answer.last.index == 2  # the typed part is not told again


def test_a_decoder_beginning_is_kept_for_the_same_source_only(
    history: HistoryHarness,
) -> None:
    typed = "the quick brown fox jumps over the lazy dog " * 4
    whole = [
        history.ask(request_make(text, forced_prefix=typed))[0].token_ids
        for text in ("fox", "dog")
    ]
    before = history.model.num_read
    history.ask(request_make("fox", forced_prefix=typed, owner="alice"))
    length = history.model.num_read - before
    for text, expected in zip(("fox", "dog"), whole, strict=True):
        before = history.model.num_read
        [answer] = history.ask(request_make(text, forced_prefix=typed, owner="alice"))
        assert answer.token_ids == expected
        read = history.model.num_read - before
        assert read == (16 if text == "fox" else length)


def test_each_token_tells_on_request_where_the_model_looked(
    history: HistoryHarness,
) -> None:
    asked, other = request_make(TEXTS[1], alignment=True), request_make(TEXTS[1])
    answers = history.ask(asked, other)
    assert answers[0].prompt is not None
    for chunk in answers[0].chunks:
        assert len(chunk.alignment) == len(answers[0].prompt.token_ids)
        assert sum(chunk.alignment) == pytest.approx(1)
    assert len({chunk.alignment for chunk in answers[0].chunks}) > 10
    assert all(chunk.alignment == () for chunk in answers[1].chunks)
    assert answers[0].token_ids == answers[1].token_ids


def test_a_source_that_breaks_the_encoder_fails_alone(history: HistoryHarness) -> None:
    def broken(sources: object) -> None:
        if any(len(ids) > 20 for ids in sources.values()):  # type: ignore[attr-defined]  # a mapping
            raise RuntimeError("the encoder broke")

    history.model.on_encode = broken
    answers = history.ask(*[request_make(text) for text in TEXTS])
    assert answers[2].last.error is not None
    assert answers[2].last.error.code is ErrorCode.INTERNAL
    ends = [answer.last.finish_reason for answer in answers]
    assert ends.count(FinishReason.LENGTH) == 3


def test_an_empty_source_is_refused(history: HistoryHarness) -> None:
    [answer] = history.ask(request_make(""))
    assert answer.last.error is not None
    assert answer.last.error.code is ErrorCode.PROMPT_EMPTY
