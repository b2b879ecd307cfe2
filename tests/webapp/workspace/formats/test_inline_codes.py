"""Markup inside texts, as short codes."""

import doctest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.workspace.formats import inline_codes
from webapp.workspace.formats.inline_codes import (
    Code,
    CodeKind,
    InlineText,
    inline_text,
)
from webapp.workspace.formats.problem import FormatError, Problem

_OPEN = Code(CodeKind.OPEN, "b", is_plain=True)
_CLOSE = Code(CodeKind.CLOSE, "b", is_plain=True)
_LINK = Code(CodeKind.OPEN, "a")
_LINK_END = Code(CodeKind.CLOSE, "a", is_plain=True)
_IMAGE = Code(CodeKind.ALONE, "img")


def _broken(text: InlineText, translation: str) -> str:
    with pytest.raises(FormatError) as caught:
        list(text.parse(translation, "key"))
    assert caught.value.problem is Problem.BROKEN_CODES
    assert caught.value.params["key"] == "key"
    return str(caught.value.params["code"])


def test_partners_share_a_name() -> None:
    text = inline_text([_OPEN, "x", _CLOSE, _LINK, "y", _LINK_END, _IMAGE])
    assert text.source == "<b>x</b><a1>y</a1><img2/>"


def test_what_has_no_partner_stands_alone() -> None:
    assert inline_text([_OPEN, _LINK, "x", _CLOSE, _LINK_END]).source == (
        "<b><a1/>x</b><a/>"
    )


def test_words_that_look_like_codes_are_none() -> None:
    text = inline_text(["<b> and <img1/>", _OPEN, "x", _CLOSE, _IMAGE])
    assert text.source == "<b> and <img1/><b1>x</b1><img2/>"
    assert list(text.parse("<b1><b></b1><img2/>", "")) == [0, "<b>", 1, 2]


def test_codes_may_change_places_but_not_their_nesting() -> None:
    text = inline_text([_OPEN, "x", _CLOSE, " ", _LINK, "y", _LINK_END])
    assert list(text.parse("<a1><b>z</b></a1>", "")) == [2, 0, "z", 1, 3]
    assert _broken(text, "<b>x</b> y</a1>") == "</a1>"
    assert _broken(text, "<b>x</b> <a1>y") == "<a1>"
    assert list(text.parse("x y", "")) == ["x y"]
    assert _broken(text, "<b>x</b> <a1>y</a1></a1>") == "</a1>"
    assert _broken(text, "<b><a1>x</b>y</a1>") == "</b>"
    assert _broken(text, "</b>x<b> <a1>y</a1>") == "</b>"


_codes = st.builds(
    Code, st.sampled_from(CodeKind), st.sampled_from(["a", "b", "b1"]), st.booleans()
)
_words = st.text(st.sampled_from("<>/ab12 "), min_size=1)


@settings(deadline=None)
@given(st.lists(st.one_of(_codes, _words), max_size=12))
def test_a_source_is_taken_apart_into_what_it_was_made_of(
    pieces: list[str | Code],
) -> None:
    text = inline_text(pieces)
    parsed = list(text.parse(text.source, ""))
    numbers = [one for one in parsed if isinstance(one, int)]
    assert sorted(numbers) == list(range(len(text.labels)))
    assert [text.labels[one] for one in numbers] == list(text.labels)
    words = "".join(one for one in parsed if isinstance(one, str))
    assert words == "".join(one for one in pieces if isinstance(one, str))


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(inline_codes).failed == 0
