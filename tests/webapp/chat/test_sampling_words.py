"""A sampling setting that cannot be is named with its range, in the reader's words."""

import re

import pytest
from django.utils import translation

from inference.sampling_params import SamplingParams, SettingError, SettingProblem
from tests.inference.test_contract_sampling import BAD_VALUES
from webapp.chat.sampling import sampling_check
from webapp.chat.sampling_words import setting_message
from webapp.common.errors import ApplicationError

ENGLISH = re.compile(r"[a-z]+ [a-z]+", re.IGNORECASE)  # more than a name


def complaint(name: str, value: object) -> str:
    with pytest.raises(ApplicationError) as caught:
        sampling_check({name: value})
    assert caught.value.code == "sampling"
    return str(caught.value.message)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("temperature", 3, "“Temperature” must be a number from 0 to 2."),
        ("temperature", "hot", "“Temperature” must be a number from 0 to 2."),
        ("top_p", 0, "“Top-p” must be a number above 0 and up to 1."),
        ("top_k", 1.5, "“Top-k” must be a whole number from 0 to 1000."),
        ("max_tokens", 0, "“Most tokens” must be a whole number from 1 to 32768."),
        (
            "repetition_penalty",
            9,
            "“Repetition penalty” must be a number from 0.5 to 2.",
        ),
        ("min_p", 2, "“min_p” must be a number from 0 to 1."),
        ("stop", [""], "Stop words: at most 16, each of 1 to 200 characters."),
        ("stop", "end", "Stop words: at most 16, each of 1 to 200 characters."),
        ("logit_bias", [5], "“logit_bias” must be a list of at most 1000 entries."),
        ("alignment", 1, "“alignment” must be true or false."),
        ("typical_p", 1, "There is no sampling setting “typical_p”."),
    ],
)
def test_it_names_the_setting_and_what_it_may_be(
    name: str, value: object, words: str
) -> None:
    assert complaint(name, value) == words


def test_a_search_has_no_more_answers_than_beams() -> None:
    with pytest.raises(SettingError) as caught:
        SamplingParams(n=4, num_beams=3)
    assert setting_message(caught.value) == "“n” must be a whole number from 1 to 3."


@pytest.mark.parametrize(("name", "bad"), BAD_VALUES)
def test_in_chinese_no_english_sentence_is_left(name: str, bad: object) -> None:
    with translation.override("zh-hans"):
        words = complaint(name, bad)
    assert words.endswith("。")
    assert not ENGLISH.search(words), words


def test_every_problem_has_words() -> None:
    limits = {"low": 0, "high": 1, "most": 2, "chars": 3}
    for problem in SettingProblem:
        error = SettingError("top_k: bad", name="top_k", problem=problem, **limits)
        assert setting_message(error).endswith(".")
