"""What the scripted engine is going to say, and when."""

import re
import time
from typing import Any

import pytest

from inference.contract import ErrorCode, FinishReason, TokenChunk
from inference.engine.script import Script, script_write
from tests.inference.engine_harness import request_make

START = 1000.0  # by the clock that the script is told


def write(text: str, **settings: Any) -> Script:
    return script_write(request_make(text, **settings), arrived_at=START)


def speak_all(script: Script, at: float = START) -> list[TokenChunk]:
    chunks = [script.speak(at)]
    while chunks[-1].finish_reason is None:
        chunks.append(script.speak(at))
    return chunks


@pytest.mark.parametrize("rate", ["0", "0.0", "20", "0.001", "5/s"])
def test_each_token_is_the_time_of_its_making(rate: str) -> None:
    before = time.time()
    chunks = speak_all(write(f"5 {rate}"))
    assert len(chunks) == 5
    assert all(re.fullmatch(r"\d{10}\.\d{6} ", chunk.text) for chunk in chunks)
    times = [float(chunk.text) for chunk in chunks]
    assert times == sorted(times)
    assert round(before, 6) <= times[0] <= times[-1] <= round(time.time(), 6)


def test_the_last_token_carries_the_end() -> None:
    chunks = speak_all(write("3 0"))
    assert [chunk.index for chunk in chunks] == [1, 2, 3]
    assert [chunk.finish_reason for chunk in chunks] == [None, None, FinishReason.STOP]


def test_no_tokens_are_an_end_at_once() -> None:
    [end] = speak_all(write("0 5"))
    assert (end.index, end.token_id, end.text) == (0, None, "")
    assert end.finish_reason is FinishReason.STOP


@pytest.mark.parametrize(
    ("rate", "seconds"),
    [("4", 0.25), ("0.5", 2.0), (".25", 4.0), ("2.5", 0.4), ("0", 0), ("0.0", 0)],
)
def test_tokens_are_due_at_their_rate(rate: str, seconds: float) -> None:
    script = write(f"9 {rate}")
    due = []
    for _ in range(4):
        due.append(script.due_at)
        script.speak(script.due_at)
    assert due == pytest.approx([START + n * seconds for n in range(4)], abs=1e-9)


def test_a_late_token_does_not_delay_those_after_it() -> None:
    script = write("9 2")
    script.speak(START + 0.4)
    script.speak(START + 1.7)
    assert script.due_at == START + 1.0  # the third, and it is late already


@pytest.mark.parametrize(
    "text", ["3", "3 4 5", "3 -4", "-3 4", "3 4 tokens", "1234567 1", "3,4", "3 1e3"]
)
def test_what_is_not_two_numbers_is_said_again(text: str) -> None:
    assert "".join(chunk.text for chunk in speak_all(write(text))) == text


def test_the_two_numbers_may_stand_in_space() -> None:
    assert len(speak_all(write("\n 3\t0 \n"))) == 3


def test_a_deadline_comes_between_tokens() -> None:
    request = request_make("9 0.1", deadline_seconds=12.5)
    script = script_write(request, arrived_at=START)
    assert script.speak(script.due_at).token_id is not None
    assert script.due_at == START + 10
    assert script.speak(script.due_at).token_id is not None
    assert script.due_at == START + 12.5
    end = script.speak(script.due_at)
    assert (end.index, end.token_id) == (2, None)
    assert end.finish_reason is FinishReason.ERROR
    assert end.error is not None and end.error.code is ErrorCode.DEADLINE
    assert end.error.params == {"seconds": 12.5}


def test_the_rest_of_a_count_comes_after_what_was_there() -> None:
    """Of one answer whose worker died, and of one that a limit had cut."""
    resumed = speak_all(write("10 0", resume=range(4)))
    assert [chunk.index for chunk in resumed] == [5, 6, 7, 8, 9, 10]
    continued = speak_all(write("10 0", prefix=range(4)))
    assert [chunk.token_id for chunk in continued] == [4, 5, 6, 7, 8, 9]
    assert [chunk.index for chunk in continued] == [1, 2, 3, 4, 5, 6]
