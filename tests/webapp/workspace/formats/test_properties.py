"""Java's .properties."""

from pathlib import Path

import pytest

from tests.webapp.workspace.formats.doors import problem_of, read, translate
from webapp.workspace.formats.problem import Problem
from webapp.workspace.formats.properties import FORMAT

SAMPLES = Path(__file__).parent / "samples"
UGLY = (SAMPLES / "ugly.properties").read_bytes()
LATIN = (SAMPLES / "latin.properties").read_bytes()
UTF8 = (SAMPLES / "utf8.properties").read_bytes()


def test_it_reads_keys_values_and_notes() -> None:
    units = {unit.context: unit for unit in read(FORMAT, UGLY).units}
    assert units["app.title"].source == "Tandem — translate"
    assert units["app.title"].note == "A comment\nand another, about the next one"
    assert units["spaced key:x"].source == "colon value"
    assert units["tab"].source == "key value without sign"
    assert units["long"].source == "first second "
    assert units["path"].source == "C:\\temp\\new\n\tx"
    assert units["unicode"].source == "é😀"
    assert units["trail"].source == "keep  "
    assert units[""].source == "no key"
    assert not {"empty", "alone"} & units.keys()


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ("a=b", "a", "b"),
        ("a b", "a", "b"),
        ("a : = b", "a", "= b"),
        ("  a=  b", "a", "b"),
        ("a\\=b=c", "a=b", "c"),
        ("a=\\  b", "a", "  b"),
        ("a=b\\\n   c", "a", "bc"),
        ("a\\\n  b=c", "ab", "c"),
        ("a=#b!", "a", "#b!"),
        ("a=b\\", "a", "b"),
        ("a=\\q\\:", "a", "q:"),
    ],
)
def test_it_reads_lines_as_java_does(line: str, key: str, value: str) -> None:
    (unit,) = read(FORMAT, line.encode()).units
    assert (unit.context, unit.source) == (key, value)


def test_only_the_value_is_replaced() -> None:
    written = translate(FORMAT, UGLY, {"colon value": " ж\n"})
    assert written == UGLY.replace(b"colon value", rb"\ \u0436\n")


def test_utf_8_stays_readable() -> None:
    written = translate(FORMAT, UTF8, {"Plain": "Жук"})
    assert written == UTF8.replace(b"Plain", "Жук".encode())


def test_latin_1_gets_escapes() -> None:
    parsed = read(FORMAT, LATIN)
    assert parsed.encoding == "iso8859-1"
    assert parsed.units[0].source == "Café"
    assert parsed.units[0].note == "é comment"
    written = translate(FORMAT, LATIN, {"Plain": "é Ж"})
    assert written == LATIN.replace(b"Plain", rb"\u00e9 \u0416")


def test_an_id_twice_is_a_warning_and_two_units() -> None:
    parsed = read(FORMAT, UGLY)
    assert [u.key for u in parsed.units if u.context == "twice"] == [
        "twice",
        "twice/[2]",
    ]
    assert [one.problem for one in parsed.warnings] == [Problem.DUPLICATE]


@pytest.mark.parametrize("escape", ["\\u12", "\\uzzzz", "\\u", "\\u 123"])
def test_a_broken_escape_is_refused_with_its_line(escape: str) -> None:
    problem, params = problem_of(FORMAT, f"a=b\nc=x {escape}\nd=e".encode())
    assert (problem, params["line"]) == (Problem.SYNTAX, 2)


def test_damaged_utf_8_is_not_taken_for_latin_1() -> None:
    data = "a=Жук Жук\nb=".encode() + b"\xff\n"
    assert problem_of(FORMAT, data) == (
        Problem.ENCODING,
        {"encoding": "utf-8", "line": 2},
    )
