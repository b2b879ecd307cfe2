"""A request that fails ends with its reason; the others never notice."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import torch

from inference.contract import ErrorCode, FinishReason
from inference.errors import ModelUnavailableError
from inference.models.slot_model import Span
from tests.inference.conftest import MakeHarness
from tests.inference.engine.conftest import MakeHistory
from tests.inference.engine.history_harness import HistoryHarness, tokenizer_of
from tests.inference.engine_harness import Harness, request_make
from tests.inference.tiny_model import NAN_WORD

FAULTY_WORD = "lazy"


def fault(token_ids: set[int], error: Exception) -> Callable[[Sequence[Span]], None]:
    """Raises where one of these tokens is read, alone or in company."""

    def on_step(spans: Sequence[Span]) -> None:
        if any(token_ids & set(span.token_ids) for span in spans):
            raise error

    return on_step


def test_nan_ends_only_the_answer_that_has_it(
    make_harness: MakeHarness, poisoned_directory: Path
) -> None:
    harness = make_harness(poisoned_directory)
    expected = harness.ask(request_make(max_tokens=40))[0].token_ids
    good = [request_make(max_tokens=40) for _ in range(3)]
    bad = request_make(f"the {NAN_WORD} fox")
    answers = harness.ask(good[0], bad, *good[1:])
    assert answers[1].last.error is not None
    assert answers[1].last.error.code is ErrorCode.NUMERICAL
    assert answers[1].token_ids == []
    assert [a.token_ids for a in answers if a is not answers[1]] == [expected] * 3
    # Nothing of it stays in the row that the next one gets.
    assert harness.ask(request_make(max_tokens=40))[0].token_ids == expected


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (torch.OutOfMemoryError("no memory"), ErrorCode.OUT_OF_MEMORY),
        (MemoryError(), ErrorCode.OUT_OF_MEMORY),
        (RuntimeError("can't allocate memory: 9 bytes"), ErrorCode.OUT_OF_MEMORY),
        (RuntimeError("the kernel broke"), ErrorCode.INTERNAL),
    ],
)
def test_a_prompt_that_breaks_a_pass_fails_alone(
    history: HistoryHarness, tiny_directory: Path, error: Exception, code: ErrorCode
) -> None:
    [expected] = history.ask(request_make())
    faulty_ids = set(tokenizer_of(tiny_directory).encode(f" {FAULTY_WORD}"))
    history.model.on_step = fault(faulty_ids, error)
    answers = history.ask(
        request_make(), request_make(f"the {FAULTY_WORD} dog"), request_make()
    )
    assert answers[1].last.finish_reason is FinishReason.ERROR
    assert answers[1].last.error is not None
    assert answers[1].last.error.code is code
    assert answers[0].token_ids == answers[2].token_ids == expected.token_ids


def test_a_batch_that_breaks_is_halved_down_to_the_one_to_blame(
    history: HistoryHarness,
) -> None:
    prompts = ["fox", "dog", "quick fox", "brown dog", "the capital", "of France"]
    whole = history.ask(*[request_make(p, max_tokens=20) for p in prompts])
    # A token that only some of the answers write becomes the fault.
    written = [set(answer.token_ids[:-1]) for answer in whole]
    asked = {t for a in whole if a.prompt for t in a.prompt.token_ids}
    faulty_id = next(
        token
        for token in sorted(set.union(*written) - asked)
        if 0 < sum(token in tokens for tokens in written) < len(prompts)
    )
    history.model.on_step = fault({faulty_id}, RuntimeError("the kernel broke"))
    again = history.ask(*[request_make(p, max_tokens=20) for p in prompts])
    for before, after, tokens in zip(whole, again, written, strict=True):
        if faulty_id in tokens:
            cut = before.token_ids.index(faulty_id) + 1
            assert after.token_ids == before.token_ids[:cut]
            assert after.last.finish_reason is FinishReason.ERROR
        else:
            assert after.token_ids == before.token_ids


def test_a_failure_that_nobody_foresaw_ends_all_and_the_next_ones_are_answered(
    history: HistoryHarness,
) -> None:
    [expected] = history.ask(request_make())
    batch, calls = history.batch_engine._batch, ["once"]
    schedule = batch._scheduler.schedule

    def broken() -> object:
        if calls:
            calls.pop()
            raise RuntimeError("the books are wrong")
        return schedule()

    batch._scheduler.schedule = broken  # type: ignore[method-assign,assignment]  # the test's fault
    [answer] = history.ask(request_make())
    assert answer.last.error is not None
    assert answer.last.error.code is ErrorCode.INTERNAL
    assert answer.last.error.params == {"reason": "the books are wrong"}
    assert history.ask(request_make())[0].token_ids == expected.token_ids


def test_a_model_that_gives_no_numbers_is_refused_at_the_start(
    make_history: MakeHistory,
) -> None:
    with pytest.raises(ModelUnavailableError, match="NaN"):
        make_history(model={"poison_id": 5})


def test_nan_is_kept_for_nobody(
    make_history: MakeHistory, tiny_directory: Path
) -> None:
    [poison_id] = tokenizer_of(tiny_directory).encode(f" {NAN_WORD}")
    harness = make_history(model={"poison_id": poison_id})
    text = "the quick brown fox " * 10
    harness.ask(request_make(f"{text} {NAN_WORD} dog", owner="alice"))
    [answer] = harness.ask(request_make(f"{text} dog", owner="alice"))
    assert answer.prompt is not None
    assert answer.prompt.cached_tokens == 0
    assert len(answer.token_ids) == 16


def test_a_broken_sink_does_not_end_the_loop(harness: Harness) -> None:
    was_called = threading.Event()

    def broken(_events: object) -> None:
        harness.engine._sink = harness.recorder  # type: ignore[attr-defined]  # seam
        was_called.set()
        raise RuntimeError("the reader of events broke")

    harness.engine._sink = broken  # type: ignore[attr-defined]  # as above
    harness.engine.submit(request_make())
    assert was_called.wait(10)
    assert len(harness.ask(request_make())[0].token_ids) == 16


def test_a_request_that_runs_already_is_not_run_twice(harness: Harness) -> None:
    request = request_make(id="twice", max_tokens=50)
    harness.engine.submit(request)
    harness.engine.submit(request)
    answer = harness.answer(request)
    assert len(answer.token_ids) == 50
    harness.ask(request_make())  # the recorder refuses whatever came after the end
