"""How a token is to be chosen: checked in words, and kept as JSON for ever."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.sampling_params import (
    MAX_BEAMS,
    MAX_LOGIT_BIAS,
    MAX_LOGPROBS,
    MAX_PHRASES,
    MAX_SAMPLES,
    MAX_STOP_STRING_CHARS,
    MAX_STOP_STRINGS,
    MAX_TOKENS_LIMIT,
    SamplingParams,
)

NAN, INF = float("nan"), float("inf")
NUMBERS = {
    "temperature": [-0.1, 2.1],
    "top_p": [0.0, -0.5, 1.01],
    "min_p": [-0.01, 1.01],
    "repetition_penalty": [0.49, 2.01],
    "presence_penalty": [-2.01, 2.01],
    "frequency_penalty": [-2.01, 2.01],
    "length_penalty": [-4.1, 4.1],
}
WHOLE_NUMBERS = {
    "top_k": [-1, 1001],
    "max_tokens": [0, MAX_TOKENS_LIMIT + 1],
    "min_tokens": [-1, 513],  # max_tokens is 512
    "n": [0, MAX_SAMPLES + 1],
    "num_beams": [0, MAX_BEAMS + 1],
    "seed": [-1, 2**63],
    "logprobs": [-1, MAX_LOGPROBS + 1],
}
LISTS: dict[str, list[Any]] = {
    "stop": [
        "end",
        [""],
        [7],
        ["\ud83d"],
        ["a\x00"],
        ["x"] * (MAX_STOP_STRINGS + 1),
        ["x" * (MAX_STOP_STRING_CHARS + 1)],
    ],
    "phrases": [
        "end",
        ["end"],
        [["file"]],
        [["file", ""]],
        [["file", 7]],
        [["file", "\ud83d"]],
        [["file", "fichier"]] * (MAX_PHRASES + 1),
    ],
    "stop_token_ids": [5, [-1], [2**31], [1.0], ["5"], [1] * (MAX_STOP_STRINGS + 1)],
    "logit_bias": [
        {"5": 1.0},
        [5],
        [[5]],
        [[5, 1.0, 2.0]],
        [["5", 1.0]],
        [[5, "1"]],
        [[-1, 1.0]],
        [[5, 100.5]],
        [[5, NAN]],
        [[5, 1.0]] * (MAX_LOGIT_BIAS + 1),
    ],
}
NO_NUMBERS: list[object] = ["1", True, [1], NAN, INF, -INF, 10**400]
BAD_VALUES: list[tuple[str, object]] = [
    *(
        (name, bad)
        for name, values in NUMBERS.items()
        for bad in [*values, *NO_NUMBERS]
    ),
    *(
        (name, bad)
        for name, values in WHOLE_NUMBERS.items()
        for bad in [*values, *NO_NUMBERS, 1.5]
    ),
    *((name, bad) for name, values in LISTS.items() for bad in values),
    *(("alignment", bad) for bad in ["yes", 1, None]),
]


@pytest.mark.parametrize(("name", "bad"), BAD_VALUES)
def test_it_rejects_a_bad_value_and_names_its_field(name: str, bad: object) -> None:
    with pytest.raises(ValueError, match=f"^{name}: ") as caught:
        SamplingParams.from_dict({name: bad})
    assert len(str(caught.value)) > len(name) + 10  # and says what would be right


def test_every_field_has_bad_values_here() -> None:
    tried = {name for name, _ in BAD_VALUES}
    assert tried == set(SamplingParams.__dataclass_fields__)


@pytest.mark.parametrize("name", sorted(NUMBERS | WHOLE_NUMBERS))
def test_it_rejects_nothing_in_place_of_a_number(name: str) -> None:
    if name in ("seed", "logprobs"):
        assert getattr(SamplingParams.from_dict({name: None}), name) is None
    else:
        with pytest.raises(ValueError, match=f"^{name}: must be a"):
            SamplingParams.from_dict({name: None})


def test_it_rejects_a_setting_that_it_does_not_know() -> None:
    with pytest.raises(
        ValueError, match="unknown sampling setting: best_of, typical_p"
    ):
        SamplingParams.from_dict({"typical_p": 0.9, "best_of": 2})


def test_a_beam_search_has_no_more_answers_than_beams() -> None:
    assert SamplingParams(n=4, num_beams=4).n == 4
    assert SamplingParams(n=4, num_beams=1).n == 4  # drawn, not searched for
    with pytest.raises(ValueError, match=r"^n: "):
        SamplingParams(n=4, num_beams=3)


def test_the_least_length_may_be_the_greatest() -> None:
    assert SamplingParams(min_tokens=20, max_tokens=20).min_tokens == 20
    with pytest.raises(ValueError, match=r"^min_tokens: must be from 0 to 20, not 21"):
        SamplingParams(min_tokens=21, max_tokens=20)


ids = st.integers(0, 2**31 - 1)
characters = st.characters(codec="utf-8", exclude_characters="\x00")
words = st.text(characters, min_size=1, max_size=9)
params = st.builds(
    SamplingParams,
    temperature=st.floats(0, 2) | st.integers(0, 2),
    top_p=st.floats(0, 1, exclude_min=True),
    top_k=st.integers(0, 1000),
    min_p=st.floats(0, 1),
    repetition_penalty=st.floats(0.5, 2),
    presence_penalty=st.floats(-2, 2),
    frequency_penalty=st.floats(-2, 2),
    logit_bias=st.lists(st.tuples(ids, st.floats(-100, 100)), max_size=5).map(tuple),
    seed=st.none() | st.integers(0, 2**63 - 1),
    min_tokens=st.integers(0, 10),
    max_tokens=st.integers(10, MAX_TOKENS_LIMIT),
    stop=st.lists(words, max_size=3).map(tuple),
    phrases=st.lists(st.tuples(words, words), max_size=3).map(tuple),
    stop_token_ids=st.lists(ids, max_size=3).map(tuple),
    n=st.integers(1, 4),
    num_beams=st.just(1) | st.integers(4, MAX_BEAMS),
    length_penalty=st.floats(-4, 4),
    logprobs=st.none() | st.integers(0, MAX_LOGPROBS),
    alignment=st.booleans(),
)


@given(params)
def test_json_brings_back_what_it_took(sampling: SamplingParams) -> None:
    stored = json.dumps(sampling.to_dict(), allow_nan=False)
    assert SamplingParams.from_dict(json.loads(stored)) == sampling


def test_what_was_stored_before_there_were_more_settings_still_loads() -> None:
    stored = {
        "temperature": 0.7,
        "top_p": 0.95,
        "top_k": 50,
        "repetition_penalty": 1.1,
        "seed": 7,
        "max_tokens": 100,
        "stop": ["\n\n"],
    }
    sampling = SamplingParams.from_dict(stored)
    assert {name: sampling.to_dict()[name] for name in stored} == stored
    unchanged = set(SamplingParams.__dataclass_fields__) - set(stored)
    assert all(
        getattr(sampling, name) == getattr(SamplingParams(), name) for name in unchanged
    )
    assert (sampling.n, sampling.num_beams, sampling.min_tokens) == (1, 1, 0)
    assert sampling.logprobs is None and not sampling.alignment
