"""The engine without a model keeps the same contract."""

import time
from collections.abc import Iterator

import pytest

from inference.contract import ErrorCode, FinishReason
from inference.engine.scripted import ScriptedEngine
from tests.inference.engine_harness import Harness, Recorder, request_make


@pytest.fixture
def scripted() -> Iterator[Harness]:
    recorder = Recorder()
    engine = ScriptedEngine(recorder)
    yield Harness(engine, recorder)
    engine.close()


def test_it_tells_the_time_as_often_as_it_is_asked(scripted: Harness) -> None:
    [answer] = scripted.ask(request_make("25 0", max_tokens=100))
    assert len(answer.token_ids) == 25
    times = [float(chunk.text) for chunk in answer.chunks[:-1]]
    assert times == sorted(times)
    assert answer.chunks[0].text.endswith(" ")
    assert len(answer.chunks[0].text.strip().split(".")[1]) == 6
    assert answer.last.finish_reason is FinishReason.STOP


def test_it_keeps_the_rate(scripted: Harness) -> None:
    start = time.time()
    [answer] = scripted.ask(request_make("5 50", max_tokens=100))
    times = [float(chunk.text) for chunk in answer.chunks[:-1]]
    # Late it may be, on a busy machine; early never.
    assert all(at >= start + n / 50 - 0.005 for n, at in enumerate(times))


def test_it_answers_any_other_prompt_with_its_words(scripted: Harness) -> None:
    [answer] = scripted.ask(request_make("to be, or  not\nto be"))
    assert answer.text == "to be, or  not\nto be"
    assert len(answer.token_ids) == 6


def test_it_goes_on_where_another_stopped(scripted: Harness) -> None:
    [whole] = scripted.ask(request_make("to be or not to be"))
    [resumed] = scripted.ask(
        request_make("to be or not to be", resume=whole.token_ids[:2])
    )
    assert "to be" + resumed.text == whole.text
    [continued] = scripted.ask(
        request_make("to be or not to be", prefix=whole.token_ids[:4])
    )
    assert continued.text == " to be"
    assert continued.chunks[0].index == 1


def test_it_ends_at_max_tokens_and_at_a_stop_string(scripted: Harness) -> None:
    [cut] = scripted.ask(request_make("to be or not to be", max_tokens=3))
    assert cut.text == "to be or"
    assert cut.last.finish_reason is FinishReason.LENGTH
    [stopped] = scripted.ask(request_make("to be or not to be", stop=("or n",)))
    assert stopped.text == "to be "
    assert stopped.last.finish_reason is FinishReason.STOP


def test_it_can_be_cancelled(scripted: Harness) -> None:
    request = request_make("100000 5", max_tokens=1000)
    scripted.engine.submit(request)
    scripted.recorder.wait_for_tokens(request.id, 1)
    scripted.engine.cancel(request.id)
    scripted.engine.cancel("nobody")
    assert scripted.answer(request).last.finish_reason is FinishReason.CANCELLED


@pytest.mark.parametrize(
    ("text", "code"),
    [(" ", ErrorCode.PROMPT_EMPTY), ("word " * 9000, ErrorCode.PROMPT_TOO_LONG)],
)
def test_it_refuses_as_a_model_would(
    scripted: Harness, text: str, code: ErrorCode
) -> None:
    [answer] = scripted.ask(request_make(text))
    assert answer.last.error is not None
    assert answer.last.error.code is code


def test_many_speak_at_once(scripted: Harness) -> None:
    answers = scripted.ask(*[request_make("50 0", max_tokens=99) for _ in range(30)])
    assert all(len(answer.token_ids) == 50 for answer in answers)
