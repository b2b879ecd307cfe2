"""Archives that are damaged, hostile or something else: each refused in words."""

import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.webapp.workspace.formats.doors import problem_of
from tests.webapp.workspace.formats.word_files import (
    TYPES,
    body,
    paragraph,
    run,
    word_file,
    zip_file,
)
from webapp.workspace.formats.archive import MAX_ENTRIES, Archive
from webapp.workspace.formats.docx import FORMAT, read
from webapp.workspace.formats.guarded import guarded_read
from webapp.workspace.formats.limits import DEFAULT_LIMITS, Limits
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.registry import format_of_file

_GOOD = word_file(paragraph(run("Words")))


def _problem(data: bytes) -> Problem:
    return problem_of(FORMAT, data)[0]


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    data = word_file(others={"word/document.xml": b" " * 50_000_000})
    assert len(data) < 100_000
    assert _problem(data) is Problem.ARCHIVE_TOO_LARGE
    many = zip_file({f"{number}": "" for number in range(MAX_ENTRIES + 1)})
    assert _problem(many) is Problem.ARCHIVE_TOO_LARGE


def test_a_size_that_lies_does_not_unpack_more() -> None:
    data = bytearray(word_file(others={"word/document.xml": b"x" * 900_000}))
    directory = data.rindex(b"PK\x01\x02", 0, data.rindex(b"word/document.xml"))
    data[directory + 24 : directory + 28] = struct.pack("<L", 10)
    assert _problem(bytes(data)) is Problem.ARCHIVE_DAMAGED


def test_entities_are_refused_in_every_part() -> None:
    laughs = (
        '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
        "<w:document xmlns:w='x'>&b;</w:document>"
    )
    for name in ("word/document.xml", "[Content_Types].xml"):
        assert _problem(word_file(others={name: laughs})) is Problem.ENTITY


def test_macros_are_refused_however_the_file_is_called() -> None:
    for others in (
        {"word/vbaProject.bin": b"x"},
        {"[Content_Types].xml": TYPES.replace("document.main", "x.macroEnabled.main")},
    ):
        assert _problem(word_file(others=others)) is Problem.MACROS
    assert format_of_file("a.docm", _GOOD) is FORMAT


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (_GOOD[: len(_GOOD) // 2], Problem.ARCHIVE_DAMAGED),
        (_GOOD[:-30], Problem.ARCHIVE_DAMAGED),
        (b"x" + _GOOD, Problem.ARCHIVE_DAMAGED),
        (b"PK\x03\x04", Problem.ARCHIVE_DAMAGED),
        (zip_file({}), Problem.ARCHIVE_DAMAGED),
        (zip_file({"mimetype": "application/epub+zip"}), Problem.MISSING),
        (zip_file({"[Content_Types].xml": "<Types/>"}), Problem.MISSING),
        (zip_file({"[Content_Types].xml": TYPES}), Problem.MISSING),
        (word_file(others={"word/document.xml": "<w:document>"}), Problem.SYNTAX),
        (
            word_file(others={"word/document.xml": body().encode("utf-16")}),
            Problem.UNSUPPORTED,
        ),
        (
            word_file(others={"word/document.xml": "<a>" * 200 + "</a>" * 200}),
            Problem.TOO_DEEP,
        ),
        (word_file(paragraph(run("42"))), Problem.EMPTY),
    ],
)
def test_what_is_no_document_is_refused(data: bytes, problem: Problem) -> None:
    assert _problem(data) is problem


def test_two_entries_of_one_name_are_refused() -> None:
    file = io.BytesIO(_GOOD)
    with (
        pytest.warns(UserWarning, match="Duplicate"),
        zipfile.ZipFile(file, "a") as archive,
    ):
        archive.writestr("word/document.xml", body(paragraph(run("Other"))))
    assert _problem(file.getvalue()) is Problem.ARCHIVE_DAMAGED


def test_a_password_is_named_as_the_reason() -> None:
    data = bytearray(_GOOD)
    for sign, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(sign) + flags] |= 1
    assert _problem(bytes(data)) is Problem.ENCRYPTED


def test_a_renamed_file_is_not_what_its_name_says() -> None:
    for name, data in (("a.docx", b"Dear all,"), ("a.txt", _GOOD), ("a.md", _GOOD)):
        with pytest.raises(FormatError) as caught:
            format_of_file(name, data)
        assert caught.value.problem is Problem.WRONG_CONTENT


def test_a_file_of_200_megabytes_is_refused_by_its_size() -> None:
    with pytest.raises(FormatError) as caught:
        Archive(bytes(200 * 1024 * 1024), DEFAULT_LIMITS)
    assert caught.value.problem is Problem.TOO_LARGE


def test_a_bomb_in_the_limited_process_is_the_same_refusal() -> None:
    data = word_file(others={"word/document.xml": b" " * 50_000_000})
    with pytest.raises(FormatError) as caught:
        guarded_read(FORMAT, data, source_language="en", target_language="fr")
    assert caught.value.problem is Problem.ARCHIVE_TOO_LARGE


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(_GOOD) - 1), st.integers(0, 255)),
        min_size=1,
        max_size=4,
    ),
    st.integers(0, len(_GOOD)),
)
def test_no_bytes_bring_the_reader_down(
    changes: list[tuple[int, int]], length: int
) -> None:
    data = bytearray(_GOOD)
    for place, value in changes:
        data[place] = value
    for one in (bytes(data), bytes(data[:length])):
        try:
            read(one, source_language="en", target_language="fr", limits=Limits())
        except FormatError:
            continue
