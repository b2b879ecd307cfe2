"""What people type is checked once, and its first sentence is a title."""

import doctest

import pytest

from webapp.chat import conversation_list, texts
from webapp.chat.texts import checked_name, checked_text, title_from
from webapp.common.errors import ApplicationError


@pytest.mark.parametrize("text", ["", "   ", "\n\t \r\n", "\u3000"])
def test_it_rejects_an_empty_prompt(text: str) -> None:
    with pytest.raises(ApplicationError) as caught:
        checked_text(text)
    assert caught.value.code == "empty"


def test_it_rejects_a_text_that_is_too_long_and_says_how_long() -> None:
    assert checked_text("x" * 200_000)
    with pytest.raises(ApplicationError, match=r"200,001 .* 200,000"):
        checked_text("x" * 200_001)


@pytest.mark.parametrize("text", ["a\x00b", "half \ud83d", "\udc00"])
def test_it_rejects_what_is_no_text(text: str) -> None:
    with pytest.raises(ApplicationError) as caught:
        checked_text(text)
    assert caught.value.code == "invalid_text"


def test_line_ends_become_one_kind_and_the_rest_stays() -> None:
    assert checked_text("  a\r\nb\rc 👩‍👩‍👧 \n") == "  a\nb\nc 👩‍👩‍👧 \n"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("What is 3.14? Tell me.", "What is 3.14?"),
        ("你好，世界。今天天气怎么样？", "你好，世界。"),
        ("\n\n  Title line\nmore", "Title line"),
        ("word " * 30, ("word " * 12).strip() + "…"),
        ("很" * 100, "很" * 60 + "…"),
        ("x" * 60, "x" * 60),
        ("   ", ""),
    ],
)
def test_a_title_is_the_first_sentence_cut_short(text: str, title: str) -> None:
    assert title_from(text) == title


def test_a_name_is_one_line() -> None:
    assert checked_name("  a \n b ") == "a b"
    with pytest.raises(ApplicationError, match="120"):
        checked_name("x" * 121)


def test_the_docstrings_are_true() -> None:
    assert doctest.testmod(texts).failed == 0
    assert doctest.testmod(conversation_list).failed == 0
