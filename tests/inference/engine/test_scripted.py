"""The engine without a model keeps the same contract."""

import time
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import pytest

from inference.contract import ErrorCode, FinishReason, GenerationRequest, Priority
from inference.engine.scripted import ScriptedEngine
from tests.inference.engine_harness import Harness, Recorder, request_make


class Anything:
    def allowed(self, token_ids: Sequence[int]) -> Collection[int] | None:
        return None


@pytest.fixture
def scripted() -> Iterator[Harness]:
    recorder = Recorder()
    engine = ScriptedEngine(recorder)
    yield Harness(engine, recorder)
    engine.close()


def test_it_tells_the_time_as_often_as_it_is_asked(scripted: Harness) -> None:
    [answer] = scripted.ask(request_make("25 0", max_tokens=100))
    assert len(answer.token_ids) == len(answer.text.split()) == 25
    assert answer.last.finish_reason is FinishReason.STOP


def test_it_keeps_the_rate(scripted: Harness) -> None:
    start = time.time()
    [answer] = scripted.ask(request_make("5 50", max_tokens=100))
    times = [float(chunk.text) for chunk in answer.chunks]
    # Late it may be, on a busy machine; early never (but for the clocks' rounding).
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


def test_a_cancelled_answer_leaves_the_others_alone(scripted: Harness) -> None:
    slow = request_make("1000 0.001")
    scripted.engine.submit(slow)
    scripted.recorder.wait_for_tokens(slow.id, 1)
    [quick] = scripted.ask(request_make("10 0"))
    scripted.engine.cancel(slow.id)
    assert len(scripted.answer(slow).token_ids) == 1
    assert len(quick.token_ids) == 10


def test_a_deadline_ends_an_answer_in_words(scripted: Harness) -> None:
    late = request_make("1000 0.001", deadline_seconds=0.02)
    [ended, whole] = scripted.ask(late, request_make("10 0", deadline_seconds=100))
    assert ended.last.finish_reason is FinishReason.ERROR
    assert ended.last.error is not None
    assert ended.last.error.code is ErrorCode.DEADLINE
    assert ended.last.error.params == {"seconds": 0.02}
    assert whole.last.finish_reason is FinishReason.STOP


@pytest.mark.parametrize(
    ("setting", "request_"),
    [
        ("n", request_make("1 0", n=2)),
        ("num_beams", request_make("1 0", num_beams=4)),
        ("alignment", request_make("1 0", alignment=True)),
        ("phrases", request_make("1 0", phrases=(("one", "un"),))),
        ("constraint", request_make("1 0", constraint=Anything())),
    ],
)
def test_it_says_what_cannot_be_had_without_a_model(
    scripted: Harness, setting: str, request_: GenerationRequest
) -> None:
    [answer] = scripted.ask(request_)
    assert answer.last.error is not None
    assert answer.last.error.code is ErrorCode.UNSUPPORTED
    assert answer.last.error.params == {"setting": setting}


def test_it_goes_on_from_what_a_person_began(scripted: Harness) -> None:
    [answer] = scripted.ask(request_make("to be or not", forced_prefix="être ou"))
    assert answer.text == " or not"


def test_it_never_doubts_what_it_says(scripted: Harness) -> None:
    [answer, silent] = scripted.ask(
        request_make("to be", logprobs=2), request_make("to be")
    )
    assert [chunk.logprob for chunk in answer.chunks] == [0.0, 0.0]
    assert [chunk.logprob for chunk in silent.chunks] == [None, None]


def test_other_ways_to_choose_a_token_make_no_difference(scripted: Harness) -> None:
    other: dict[str, Any] = {
        "temperature": 1.5,
        "min_p": 0.5,
        "priority": Priority.BATCH,
    }
    [first, second] = scripted.ask(
        request_make("to be", **other), request_make("to be")
    )
    assert first.text == second.text == "to be"


def test_a_second_request_of_one_name_is_ignored(scripted: Harness) -> None:
    slow = request_make("1000 0.001", id="twice")
    scripted.engine.submit(slow)
    scripted.engine.submit(request_make("10 0", id="twice"))
    scripted.recorder.wait_for_tokens(slow.id, 1)
    scripted.engine.cancel(slow.id)
    assert len(scripted.answer(slow).token_ids) == 1


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
    rates = ["0", "3000", "500.5", "200"]
    answers = scripted.ask(
        *[request_make(f"40 {rates[n % 4]}", max_tokens=99) for n in range(200)]
    )
    assert {len(answer.token_ids) for answer in answers} == {40}
