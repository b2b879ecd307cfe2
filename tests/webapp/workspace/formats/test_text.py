"""Plain text by paragraphs."""

import doctest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.webapp.workspace.formats.changed import (
    check_changed,
    check_untouched,
    put,
    sources,
)
from tests.webapp.workspace.formats.doors import read
from webapp.workspace.formats import text
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.text import FORMAT


def test_blank_lines_part_paragraphs() -> None:
    data = b"\n  One\nstill one  \n \t \nTwo\n\n\n\nThree"
    units = read(FORMAT, data).units
    assert [(unit.key, unit.source, unit.line) for unit in units] == [
        ("1", "One\nstill one", 2),
        ("2", "Two", 5),
        ("3", "Three", 9),
    ]
    assert all(unit.is_prose for unit in units)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_line_ends_and_encoding_stay(encoding: str) -> None:
    data = "Un.\r\nDeux.\r\n\r\nTrois é.\r\n".encode(encoding)
    assert sources(FORMAT, data) == ["Un.\nDeux.", "Trois é."]
    written = put(FORMAT, data, {"1": "一。\n二。"})
    assert written == "一。\r\n二。\r\n\r\nTrois é.\r\n".encode(encoding)


def test_a_translation_stays_one_paragraph() -> None:
    assert put(FORMAT, b"a\n\nb\n", {"1": "\nx\n\n \ny\n"}) == b"x\ny\n\nb\n"
    assert put(FORMAT, b"a\n\nb\n", {"1": "  \n"}) == b"a\n\nb\n"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", Problem.EMPTY),
        (b" \r\n\t\n", Problem.EMPTY),
        ("é".encode("latin-1"), Problem.ENCODING),
        ("a b".encode("utf-16-le"), Problem.NUL),
        (b"a\0b", Problem.NUL),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, problem: Problem) -> None:
    with pytest.raises(FormatError) as caught:
        read(FORMAT, data)
    assert caught.value.problem is problem


def test_a_renamed_archive_does_not_look_right() -> None:
    assert not FORMAT.looks_right("PK\x03\x04...")
    assert FORMAT.looks_right("Dear all,")


_texts = st.text(
    st.one_of(
        st.sampled_from("\n\r\t \x0b\x1c\u2028ab。"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    )
).filter(lambda words: words.strip())


@settings(deadline=None)
@given(_texts)
def test_any_text_comes_back(words: str) -> None:
    data = words.encode()
    check_untouched(FORMAT, data)
    check_changed(FORMAT, data, lambda source: f"«{source}»")


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(text).failed == 0
