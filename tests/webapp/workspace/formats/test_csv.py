"""CSV and TSV tables."""

import csv
import io
from pathlib import Path

import pytest

from tests.webapp.workspace.formats.doors import problem_of, read, translate, unit_of
from webapp.workspace.formats.csv_table import FORMAT
from webapp.workspace.formats.problem import FormatError, Problem

SAMPLES = Path(__file__).parent / "samples"
UGLY = (SAMPLES / "ugly.csv").read_bytes()
LANGUAGES = (SAMPLES / "languages.csv").read_bytes()


def test_it_reads_columns_by_their_names() -> None:
    unit = read(FORMAT, UGLY).units[0]
    assert unit.source == 'Open "it"; now'
    assert unit.context == "menu.open"
    assert unit.note == "Two\nlines"
    assert unit.max_length == 30
    assert unit_of(read(FORMAT, UGLY), "Close").target == "Закрыть"


def test_only_the_cell_is_replaced() -> None:
    written = translate(FORMAT, UGLY, {"Close": "Закрыть; всё"})
    assert written == UGLY.replace(' "Закрыть" '.encode(), '"Закрыть; всё"'.encode())


def test_a_row_that_is_too_short_grows() -> None:
    written = translate(FORMAT, UGLY, {"Short row": "Коротко"})
    assert "short;Short row;Коротко\r\n".encode() in written


def test_the_same_text_twice_is_two_units() -> None:
    units = [u for u in read(FORMAT, UGLY).units if u.source == 'Open "it"; now']
    assert len({unit.key for unit in units}) == 2


def test_languages_name_columns_and_one_is_added_for_the_target() -> None:
    written = translate(FORMAT, LANGUAGES, {"Bye": 'Пока, "друг"'})
    assert list(csv.reader(io.StringIO(written.decode()))) == [
        ["id", "en", "note", "ru"],
        ["a", "Hello, you", "", ""],
        ["b", "Bye", 'said "at" the end', 'Пока, "друг"'],
    ]
    assert unit_of(read(FORMAT, written), "Bye").target == 'Пока, "друг"'


def test_without_a_header_the_first_columns_are_source_and_target() -> None:
    units = read(FORMAT, (SAMPLES / "bare.tsv").read_bytes()).units
    assert [(unit.source, unit.target) for unit in units] == [
        ("Hello", "Bonjour"),
        ("World", ""),
        ('Quote "x"', "two\nlines"),
    ]
    assert units[0].context == "greeting"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_header_tells_the_delimiter(delimiter: str) -> None:
    rows = [["key", "source", "target"], ["k", "a, b; c", ""], ["k2", "d; e, f", ""]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    units = read(FORMAT, out.getvalue().encode()).units
    assert [unit.source for unit in units] == ["a, b; c", "d; e, f"]


def test_quoted_tables_stay_quoted() -> None:
    data = b'"source","target"\n"A",""\n"B"\n'
    assert translate(FORMAT, data, {"A": "1", "B": "2"}) == (
        b'"source","target"\n"A","1"\n"B","2"\n'
    )


QUOTELESS = b'source\ttarget\n"The" word\t\n"all quoted"\t\n'


def test_between_tabs_quotes_may_stand_for_themselves() -> None:
    units = read(FORMAT, QUOTELESS).units
    assert [unit.source for unit in units] == ['"The" word', '"all quoted"']
    written = translate(FORMAT, QUOTELESS, {'"The" word': '"Слово" да'})
    assert written == QUOTELESS.replace(b"word\t", 'word\t"Слово" да'.encode())


@pytest.mark.parametrize("text", ["a\tb", "a\nb"])
def test_without_quotes_a_cell_cannot_hold_everything(text: str) -> None:
    with pytest.raises(FormatError) as caught:
        translate(FORMAT, QUOTELESS, {'"The" word': text})
    assert caught.value.problem is Problem.UNWRITABLE


@pytest.mark.parametrize(
    ("data", "problem", "line"),
    [
        (b'source,target\nA,"never\nclosed\n', Problem.TRUNCATED, 2),
        (b'source,target\nA,"closed" early\n', Problem.SYNTAX, 2),
        (b"source,target\nA,\xff\n", Problem.ENCODING, 2),
        (b"source,target\nA,\0\n", Problem.NUL, 2),
    ],
)
def test_a_broken_table_is_refused(data: bytes, problem: Problem, line: int) -> None:
    found, params = problem_of(FORMAT, data)
    assert (found, params["line"]) == (problem, line)


def test_a_list_of_words_is_no_table() -> None:
    expected = (Problem.MISSING, {"element": "source"})
    assert problem_of(FORMAT, b"just\nsome\nwords\n") == expected
    assert problem_of(FORMAT, b"\n\n")[0] is Problem.EMPTY
