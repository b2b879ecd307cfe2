"""Whatever the bytes: a file is read whole, or refused in the one way."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.webapp.workspace.formats.doors import SMALL, problem_of, read, write
from webapp.workspace.formats.format import Format
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.registry import FORMATS, format_of_file
from webapp.workspace.formats.unit import Translation

SAMPLES = sorted((Path(__file__).parent / "samples").iterdir())
PIECES = [
    b"<", b">", b"&", b'"', b"'", b"{", b"}", b"[", b"]", b"\\", b"\\u12", b"\0",
    b"\xff", b"\r", b"\n", b"<!--", b"-->", b"]]>", b"<![CDATA[", b"&x;", b"&#0;",
    b"/>", b"</", b"msgid", b"msgstr[3]", b"*[other]", b"=", b";", b":", b",", b"\t",
    b"#~", b"nplurals=9;plural=n/0;", b"charset=zip", b"\xef\xbb\xbf", b"\\ud800",
    b'"x_other":"y",', b"charset=utf-16",
]  # fmt: skip
damages = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 30), st.sampled_from([b"", *PIECES])),
    min_size=1,
    max_size=4,
)


def damaged(data: bytes, damage: list[tuple[float, int, bytes]]) -> bytes:
    for place, length, piece in damage:
        start = int(place * len(data))
        data = data[:start] + piece + data[start + length :]
    return data


def check_it_is_read_or_refused(format_: Format, data: bytes) -> None:
    with suppress(FormatError):
        units = [u for u in read(format_, data).units if u.is_translatable]
        unchanged = {u.key: Translation(u.target, u.state) for u in units}
        assert write(format_, data, unchanged) == data
        write(format_, data, {u.key: Translation(f"{u.source}ж") for u in units})


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
@settings(max_examples=60, deadline=None)
@given(damage=damages)
def test_a_damaged_file_is_read_or_refused(
    path: Path, damage: list[tuple[float, int, bytes]]
) -> None:
    data = path.read_bytes()
    check_it_is_read_or_refused(format_of_file(path.name, data), damaged(data, damage))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_truncated_file_is_read_or_refused(path: Path) -> None:
    data = path.read_bytes()
    format_ = format_of_file(path.name, data)
    for cut in range(0, len(data), max(1, len(data) // 60)):
        check_it_is_read_or_refused(format_, data[:cut])


@pytest.mark.parametrize("format_", FORMATS, ids=lambda one: one.name)
def test_200_megabytes_are_refused_before_they_are_looked_at(format_: Format) -> None:
    data = bytes(200_000_000)
    assert problem_of(format_, data) == (
        Problem.TOO_LARGE,
        {"size": 200_000_000, "limit": 20 * 1024 * 1024},
    )


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_limits_hold_for_writing_too(path: Path) -> None:
    data = path.read_bytes() + b" " * SMALL.max_bytes
    format_ = format_of_file(path.name, data)
    with pytest.raises(FormatError) as caught:
        format_.write(
            data, {}, source_language="en", target_language="ru", limits=SMALL
        )
    assert caught.value.problem is Problem.TOO_LARGE


@pytest.mark.parametrize("format_", FORMATS, ids=lambda one: one.name)
@settings(max_examples=30, deadline=None)
@given(data=st.binary(max_size=400))
def test_noise_is_read_or_refused(format_: Format, data: bytes) -> None:
    check_it_is_read_or_refused(format_, data)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
@pytest.mark.parametrize("text", ["\0", "\ud800"])
def test_a_text_that_cannot_be_stored_is_not_written(path: Path, text: str) -> None:
    data = path.read_bytes()
    format_ = format_of_file(path.name, data)
    unit = next(u for u in read(format_, data).units if u.is_translatable)
    with pytest.raises(FormatError) as caught:
        write(format_, data, {unit.key: Translation(text)})
    assert caught.value.problem is Problem.UNWRITABLE


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_translation_of_what_is_not_there_is_refused(path: Path) -> None:
    data = path.read_bytes()
    with pytest.raises(FormatError) as caught:
        write(format_of_file(path.name, data), data, {"no-such": Translation("x")})
    assert caught.value.problem is Problem.UNKNOWN_KEY
