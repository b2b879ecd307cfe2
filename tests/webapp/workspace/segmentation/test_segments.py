"""Nothing of a text is lost or made up, by rule or by hand."""

import doctest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.workspace.segmentation import (
    SrxError,
    by_hand,
    own_segmenter,
    segment_margins,
    segment_split,
    segmenter,
    segments_merge,
)

_LANGUAGES = ["en", "fr", "de", "es", "zh-Hans", "zh_TW", "ja", "ar", "tlh"]
_PIECES = [
    ".",
    "。",
    "？",
    "!",
    "…",
    " ",
    "\n",
    "”",
    "»",
    "(",
    "Dr",
    "z. B.",
    "3",
    "A",
    "a",
]
_texts = st.one_of(
    st.text(max_size=80), st.lists(st.sampled_from(_PIECES), max_size=40).map("".join)
)


@settings(deadline=None)
@given(_texts, st.sampled_from(_LANGUAGES))
def test_segments_joined_are_the_text(text: str, language: str) -> None:
    segments = own_segmenter().split(text, language)
    assert "".join(segments) == text
    assert all(segments)
    assert all(not segment.isspace() for segment in segments[1:])


@settings(deadline=None)
@given(_texts, st.sampled_from(_LANGUAGES), st.data())
def test_what_is_merged_can_be_split_again(
    text: str, language: str, data: st.DataObject
) -> None:
    segments = own_segmenter().split(text, language)
    if len(segments) < 2:
        return
    first = data.draw(st.integers(0, len(segments) - 2))
    if not segments[first].strip():
        return
    merged = segments_merge(segments, first)
    assert "".join(merged) == text
    assert segment_split(merged, first, len(segments[first])) == segments


@settings(deadline=None)
@given(_texts)
def test_margins_are_all_the_white_space_around_the_words(text: str) -> None:
    before, words, after = segment_margins(text)
    assert before + words + after == text
    assert words == text.strip()


def test_a_cut_leaves_white_space_with_the_first_part() -> None:
    assert segment_split(["a", "b   c"], 1, 1) == ["a", "b   ", "c"]
    assert segment_split(["a", "b   c"], 1, 3) == ["a", "b   ", "c"]


@pytest.mark.parametrize("offset", [-3, 0, 1, 3, 4, 99])
def test_a_cut_that_leaves_nothing_on_one_side_is_refused(offset: int) -> None:
    with pytest.raises(SrxError, match="nothing_to_split"):
        segment_split([" ab "], 0, offset)


@pytest.mark.parametrize("first", [-1, 1, 2])
def test_the_last_segment_has_nothing_to_merge_with(first: int) -> None:
    with pytest.raises(SrxError, match="nothing_to_merge"):
        segments_merge(["a", "b"], first)


def test_the_examples_in_the_documentation_hold() -> None:
    for module in (by_hand, segmenter):
        assert doctest.testmod(module).failed == 0
