"""XLIFF 1.2 and 2."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.webapp.workspace.formats.doors import (
    problem_of,
    read,
    translate,
    unit_of,
    write,
)
from tests.webapp.workspace.formats.xliff_files import texts_by_lxml, unit_12
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.unit import Translation, UnitState
from webapp.workspace.formats.xliff import FORMAT

SAMPLES = Path(__file__).parent / "samples"
UGLY = (SAMPLES / "ugly-12.xlf").read_bytes()
UTF16 = (SAMPLES / "utf16-20.xliff").read_bytes()
BARE_20 = (SAMPLES / "bare-20.xlf").read_bytes()
TAGS = b"""<xliff version="1.2"><file source-language="en" target-language="ru"><body>
<trans-unit id="1"><source><g id="1">A</g> <g id="2">B</g> <x id="3"/></source>
</trans-unit></body></file></xliff>"""


def test_it_reads_what_a_file_tells_of_a_text() -> None:
    parsed = read(FORMAT, UGLY)
    unit = parsed.units[0]
    assert parsed.source_language == "en-US"
    assert unit.context == "menu.open"
    assert unit.note == "Shown on the button"
    assert unit.location == "app.c:12"
    assert unit.max_length == 30
    assert unit.line == 9


def test_inline_elements_are_codes_and_all_else_is_text() -> None:
    unit = read(FORMAT, UGLY).units[0]
    assert unit.source == 'Open <g id="1">the <x id="2"/></g> <file> — a & b'
    assert unit.codes == ('<g id="1">', '<x id="2"/>', "</g>")


def test_native_code_is_hidden_and_comes_back() -> None:
    unit = next(u for u in read(FORMAT, UGLY).units if u.source.startswith("Two"))
    assert unit.codes == ('<bpt id="1"/>', '<ept id="1"/>', '<ph id="2"/>')
    text = '<ph id="2"/>: <bpt id="1"/>две<ept id="1"/>'
    written = write(FORMAT, UGLY, {unit.key: Translation(text)})
    assert (
        '<target state="translated"><ph id="2" x="&gt;">%s</ph>: '
        '<bpt id="1">&lt;b&gt;</bpt>две<ept id="1">&lt;/b&gt;</ept></target>'
    ).encode() in written


@pytest.mark.parametrize(
    ("source", "state"),
    [
        ("Compact", UnitState.EMPTY),
        ("Done", UnitState.APPROVED),
        ("Old", UnitState.FUZZY),
    ],
)
def test_it_reads_states(source: str, state: UnitState) -> None:
    assert unit_of(read(FORMAT, UGLY), source).state is state


def test_what_is_not_to_be_translated_is_told_and_kept() -> None:
    unit = unit_of(read(FORMAT, UGLY), "Tandem")
    assert not unit.is_translatable
    with pytest.raises(FormatError):
        write(FORMAT, UGLY, {unit.key: Translation("Тандем")})


def test_only_the_translation_and_its_state_change() -> None:
    written = translate(FORMAT, UGLY, {"Old": "Старый"})
    before = (
        b'<target state="needs-review-translation" '
        b'state-qualifier="fuzzy-match">Alt <x id="9"/></target>'
    )
    after = '<target state="translated" state-qualifier="fuzzy-match">Старый</target>'
    named = b'datatype="plaintext" target-language="ru"'
    assert written == UGLY.replace(before, after.encode()).replace(
        b'datatype="plaintext"', named
    )


def test_a_missing_target_goes_below_the_source() -> None:
    data = unit_12('\n  <trans-unit id="1">\n    <source>A</source>\n  </trans-unit>')
    assert b'\n    <target state="translated">B</target>\n' in translate(
        FORMAT, data, {"A": "B"}
    )


def test_approval_is_the_units_in_1_2() -> None:
    data = unit_12(
        '<trans-unit id="1"><source>A</source><target>B</target></trans-unit>'
    )
    unit = read(FORMAT, data).units[0]
    written = write(FORMAT, data, {unit.key: Translation("B", UnitState.APPROVED)})
    assert b'<trans-unit id="1" approved="yes">' in written
    assert b'<target state="final">B</target>' in written
    assert read(FORMAT, written).units[0].state is UnitState.APPROVED


@pytest.mark.parametrize("state", list(UnitState))
@pytest.mark.parametrize(
    "data", [unit_12('<trans-unit id="1"><source>A</source></trans-unit>'), BARE_20]
)
def test_each_state_comes_back(data: bytes, state: UnitState) -> None:
    unit = read(FORMAT, data).units[0]
    text = "" if state is UnitState.EMPTY else "Б"
    written = write(FORMAT, data, {unit.key: Translation(text, state)})
    again = read(FORMAT, written).units[0]
    assert (again.target, again.state) == (text, state)


def test_version_2_keeps_prefixes_segments_and_utf_16() -> None:
    parsed = read(FORMAT, UTF16)
    assert [unit.key for unit in parsed.units] == [
        "f1/u1/s1",
        "f1/u1/[2]",
        "f1/u2",
        "f1/u3",
    ]
    text = 'Привет, <pc id="1"><ph id="2"/></pc>'
    written = write(FORMAT, UTF16, {"f1/u1/s1": Translation(text)})
    assert (
        '<x:target>Привет, <x:pc id="1" dataRefStart="d1"><x:ph id="2"/></x:pc>'
        "</x:target>"
    ) in written.decode("utf-16")
    assert texts_by_lxml(written, "target")[0] == "Привет, "


def test_version_2_states_the_target_language_once_it_has_a_target() -> None:
    written = translate(FORMAT, BARE_20, {"One": "Один"})
    assert b'srcLang="en" trgLang="ru">' in written
    assert b'<segment state="translated">' in written


def test_a_code_may_be_moved_and_left_out() -> None:
    unit = read(FORMAT, TAGS).units[0]
    text = '<x id="3"/><g id="2">Б</g>'
    written = write(FORMAT, TAGS, {unit.key: Translation(text)})
    assert read(FORMAT, written).units[0].target == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('<x id="3"/><x id="3"/>', '<x id="3"/>'),
        ('<g id="1">A', '<g id="1">'),
        ("A</g>", "</g>"),
        ('</g><g id="1">A', "</g>"),
        ('<g id="1">A</g></g>', "</g>"),
    ],
)
def test_a_code_doubled_or_torn_is_refused(text: str, code: str) -> None:
    unit = read(FORMAT, TAGS).units[0]
    with pytest.raises(FormatError) as caught:
        write(FORMAT, TAGS, {unit.key: Translation(text)})
    assert caught.value.problem is Problem.BROKEN_CODES
    assert caught.value.params == {"key": "1/1", "code": code}


@pytest.mark.parametrize(
    "text",
    ['<g id="9">Б</g>', '<g id="9">Б</g><g id="1">В</g>', '<g id="1"><x id="8"/></g>'],
)
def test_a_targets_own_codes_may_be_kept(text: str) -> None:
    data = unit_12(
        '<trans-unit id="1"><source><g id="1">A</g></source>'
        '<target><g id="9">B</g> <x id="8"/></target></trans-unit>'
    )
    unit = read(FORMAT, data).units[0]
    written = write(FORMAT, data, {unit.key: Translation(text)})
    assert read(FORMAT, written).units[0].target == text
    assert b"&lt;" not in written


MANY_CODES = unit_12(
    '<trans-unit id="1"><source><g id="1">A<g id="2">B</g></g><x id="3"/>'
    '<mrk mtype="x" mid="4">C</mrk></source><target><g id="9">B</g> <x id="8"/>'
    "</target></trans-unit>"
)
PIECES = [
    '<g id="1">', '<g id="2">', '<g id="9">', "</g>", '<x id="3"/>', '<x id="8"/>',
    '<mrk mid="4">', "</mrk>", "text", " ",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES), min_size=1, max_size=10))
def test_codes_in_any_order_are_written_as_xml_or_refused(pieces: list[str]) -> None:
    text = "".join(pieces)
    unit = read(FORMAT, MANY_CODES).units[0]
    try:
        written = write(FORMAT, MANY_CODES, {unit.key: Translation(text)})
    except FormatError as error:
        assert error.problem is Problem.BROKEN_CODES
        return
    assert read(FORMAT, written).units[0].target == text


def test_markup_that_is_no_code_of_the_unit_is_text() -> None:
    unit = read(FORMAT, TAGS).units[0]
    text = '<g id="9">A <b>&amp;'
    written = write(FORMAT, TAGS, {unit.key: Translation(text)})
    assert read(FORMAT, written).units[0].target == text
    assert texts_by_lxml(written, "target") == [text]


def test_letters_that_the_encoding_has_not_become_references() -> None:
    declaration = b'<?xml version="1.0" encoding="ISO-8859-1"?>'
    data = declaration + unit_12(
        '<trans-unit id="1"><source>A</source></trans-unit>'
    ).replace(b"A", b"\xe9")
    written = translate(FORMAT, data, {"é": "é Ж"})
    assert b"\xe9 &#1046;</target>" in written
    assert texts_by_lxml(written, "target") == ["é Ж"]


@pytest.mark.parametrize("cut", range(250, len(UGLY) - 10, 97))
def test_a_truncated_file_is_refused_with_its_line(cut: int) -> None:
    problem, params = problem_of(FORMAT, UGLY[:cut])
    assert problem in (Problem.TRUNCATED, Problem.ENCODING)
    assert 1 <= params["line"] <= UGLY[:cut].count(b"\n") + 1


def test_a_truncated_file_names_the_open_element() -> None:
    data = unit_12('<trans-unit id="1"><source>Never ended')
    cut = data[: data.index(b"ended")]
    assert problem_of(FORMAT, cut)[1]["element"] == "source"


@pytest.mark.parametrize(
    ("data", "problem", "element"),
    [
        (
            unit_12("<trans-unit><source>A</source></trans-unit>"),
            "syntax",
            "trans-unit",
        ),
        (unit_12('<trans-unit id="1"/>'), "syntax", "trans-unit"),
        (
            unit_12('<trans-unit id="1"><source>A</target></trans-unit>'),
            "syntax",
            "source",
        ),
        (b'<xliff version="3.0"/>', "unsupported", 'xliff version="3.0"'),
        (b"<xliff/>", "unsupported", 'xliff version=""'),
        (b"<html/>", "missing", "xliff"),
        (b'<xliff version="2.0"><file/></xliff>', "syntax", "file"),
    ],
)
def test_what_is_no_xliff_is_refused(data: bytes, problem: str, element: str) -> None:
    found, params = problem_of(FORMAT, data)
    assert (found, params["element"]) == (problem, element)


def test_an_id_twice_is_refused_with_both_lines() -> None:
    unit = '\n<trans-unit id="1"><source>A</source></trans-unit>'
    problem, params = problem_of(FORMAT, unit_12(unit + unit))
    assert problem is Problem.DUPLICATE
    assert (params["line"], params["first_line"]) == (3, 2)
