"""Every code and every state has a sentence."""

from typing import Any

import pytest

from inference.contract import ErrorCode
from webapp.generation.events import StateChanged
from webapp.generation.words import error_message, state_message


@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_error_has_words_even_without_its_parameters(code: ErrorCode) -> None:
    assert error_message(code, {}).endswith(".")


def test_numbers_are_told() -> None:
    params = {"tokens": 9000, "limit": 8191}
    assert error_message("prompt_too_long", params) == (
        "The prompt has 9,000 tokens; the model reads at most 8,191."
    )


@pytest.mark.parametrize(
    ("params", "words"),
    [
        (
            {"setting": "target_language", "value": "tlh"},
            "This model does not know the language “tlh”.",
        ),
        (
            {"setting": "target_language", "value": ""},
            "This model must be told the answer's language.",
        ),
        ({"setting": "num_beams"}, "This model does not know the setting “num_beams”."),
    ],
)
def test_what_a_model_cannot_do_is_told(params: dict[str, str], words: str) -> None:
    assert error_message("unsupported", params) == words


def test_the_deadline_is_told() -> None:
    assert error_message("deadline", {"seconds": 600.0}) == (
        "The answer took longer than the 600 s that are allowed."
    )


def test_an_unknown_code_is_told_too() -> None:
    assert error_message("cosmic_ray", {}) == error_message("internal", {})


@pytest.mark.parametrize(
    ("state", "details", "words"),
    [
        ("queued", {"position": 1, "wait_seconds": 0}, "Next in line"),
        (
            "queued",
            {"position": 2, "wait_seconds": 6},
            "Number 2 in line, about 6 s",
        ),
        ("queued", {"position": 2, "wait_seconds": None}, "Number 2 in line"),
        ("loading", {"progress": 0.4}, "Loading the model, 40%"),
        ("running", {}, ""),
        (
            "resuming",
            {},
            "The worker was lost; going on from where it stopped",
        ),
        (
            "unavailable",
            {"cause": "model_broken", "reason": "config.json: is missing"},
            "The model cannot be loaded. Its worker says: “config.json: is missing”",
        ),
    ],
)
def test_every_state_has_words(state: str, details: dict[str, Any], words: str) -> None:
    assert state_message(StateChanged("g", state, details)) == words


def test_a_missing_worker_is_told() -> None:
    change = StateChanged("g", "unavailable", {"cause": "no_worker"})
    assert "No worker is running" in state_message(change)
