"""Subtitles: only what is said changes."""

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
from tests.webapp.workspace.formats.doors import problem_of, read
from webapp.workspace.formats import srt, vtt
from webapp.workspace.formats.format import Format
from webapp.workspace.formats.problem import FormatError, Problem

_SRT = """1
00:00:01,000 --> 00:00:02,500
<i>Hello,</i>
world.

2
00:00:03,000 --> 00:00:04,000 X1:40 X2:600
{\\an8}42

oddly parted --> so

00:00:05.1 --> 00:00:06.2

9
00:00:07,000 --> 00:00:08,000
Last
"""
_VTT = """WEBVTT - A film
Kind: captions

NOTE
Not for translation

STYLE
::cue { color: red }

intro
00:01.000 --> 00:02.000 align:start position:10%
<v Ann>Hello, <c.loud>you</c> &amp; me

00:00:03.000 --> 00:00:04.000
Two
lines

00:05.000 --> 00:06.000
"""


def _error(format_: Format, text: str) -> tuple[Problem, object]:
    problem, params = problem_of(format_, text.encode())
    return problem, params.get("line")


def test_it_reads_subrip() -> None:
    first, second, last = read(srt.FORMAT, _SRT.encode()).units
    assert first.source == "<i>Hello,</i>\nworld."
    assert first.codes == ("<i>", "</i>")
    assert first.location == "00:00:01,000 --> 00:00:02,500"
    assert (second.source, second.codes) == (
        "{\\an8}42\n\noddly parted --> so",
        ("{\\an8}",),
    )
    assert (last.source, last.key, last.line) == ("Last", "4", 16)


def test_it_reads_webvtt() -> None:
    first, second = read(vtt.FORMAT, _VTT.encode()).units
    assert first.source == "<v Ann>Hello, <c.loud>you</c> &amp; me"
    assert first.codes == ("<v Ann>", "<c.loud>", "</c>")
    assert (second.key, second.source) == ("2", "Two\nlines")


def test_only_the_text_changes() -> None:
    data = _VTT.replace("\n", "\r\n").encode()
    written = put(vtt.FORMAT, data, {"2": "Deux\nlignes"})
    assert written == data.replace(b"Two\r\nlines", b"Deux\r\nlignes")


def test_a_blank_line_would_end_a_cue_and_is_not_written() -> None:
    written = put(srt.FORMAT, _SRT.encode(), {"4": "a\n\nb"})
    assert sources(srt.FORMAT, written)[2] == "a\nb"


def test_what_a_translator_types_is_no_markup_of_webvtt() -> None:
    written = put(vtt.FORMAT, _VTT.encode(), {"2": "1 < 2 & &lt; 3"})
    assert "1 &lt; 2 &amp; &lt; 3" in written.decode()


def test_a_tag_may_be_left_out() -> None:
    assert b"\nBonjour\n" in put(srt.FORMAT, _SRT.encode(), {"1": "Bonjour"})


@pytest.mark.parametrize("text", ["<i>Bonjour</i><i>", "<b>Bonjour</b>"])
def test_a_tag_of_ones_own_is_refused(text: str) -> None:
    with pytest.raises(FormatError) as caught:
        put(srt.FORMAT, _SRT.encode(), {"1": text})
    assert caught.value.problem is Problem.BROKEN_CODES
    assert caught.value.params["key"] == "1"


def test_a_text_that_would_be_times_is_refused() -> None:
    with pytest.raises(FormatError) as caught:
        put(srt.FORMAT, _SRT.encode(), {"4": "00:00:01,000 --> 00:00:02,000"})
    assert caught.value.problem is Problem.UNWRITABLE


def test_what_is_no_subtitle_is_refused_with_its_line() -> None:
    assert _error(srt.FORMAT, "Dear all") == (Problem.SYNTAX, 1)
    assert _error(srt.FORMAT, "1\n00:00:01 -> 00:00:02\nHi") == (Problem.SYNTAX, 1)
    assert _error(srt.FORMAT, "1\n00:00:01 --> soon\nHi") == (Problem.SYNTAX, 2)
    assert _error(vtt.FORMAT, _SRT) == (Problem.SYNTAX, 1)
    assert _error(vtt.FORMAT, "WEBVTT\n\n1:2 --> 3:4\nHi") == (Problem.SYNTAX, 3)
    assert _error(srt.FORMAT, "1\n00:00:01,000 --> 00:00:02,000\n") == (
        Problem.EMPTY,
        None,
    )


_cue_texts = st.lists(
    st.text(st.sampled_from("ab 7中é<>{}&-.\\"), min_size=1).filter(
        lambda line: line.strip() and "-->" not in line
    ),
    max_size=3,
).map("\n".join)


@settings(deadline=None)
@given(
    st.lists(_cue_texts, min_size=1, max_size=5).filter(any),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_any_subrip_comes_back(texts: list[str], newline: str, numbered: bool) -> None:
    blocks = [
        f"{f'{at}{newline}' if numbered else ''}00:00:0{at},000 --> 00:00:0{at},500"
        f"{newline}{text}{newline}"
        for at, text in enumerate(texts)
    ]
    data = newline.join(blocks).encode()
    check_untouched(srt.FORMAT, data)
    check_changed(srt.FORMAT, data, lambda source: f"«{source}»")


@settings(deadline=None)
@given(st.text(st.sampled_from("WEBVT\n\r 0123:.-> ab<")))
def test_no_text_brings_a_reader_down(text: str) -> None:
    for format_ in (srt.FORMAT, vtt.FORMAT):
        for data in (text.encode(), b"WEBVTT\n\n" + text.encode()):
            try:
                check_untouched(format_, data)
            except FormatError:
                continue


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(vtt).failed == 0
