"""Word files into languages that run the other way."""

import io

import docx as python_docx
import pytest

from tests.webapp.workspace.formats.changed import sources
from tests.webapp.workspace.formats.doors import read, translate
from tests.webapp.workspace.formats.word_files import (
    BOLD,
    ITALIC,
    body,
    document_of,
    paragraph,
    run,
    word_file,
)
from webapp.workspace.formats.docx import FORMAT
from webapp.workspace.formats.unit import Translation


def _right_to_left(*paragraphs: str, to: str = "ar") -> str:
    data = word_file(*paragraphs)
    texts = {source: f"\u0645 {source}" for source in sources(FORMAT, data)}
    return document_of(translate(FORMAT, data, texts, to=to))


@pytest.mark.parametrize("to", ["ar", "he", "fa", "ur"])
def test_from_right_to_left_is_said_of_paragraphs_and_runs(to: str) -> None:
    assert _right_to_left(paragraph(run("One"), run("two", BOLD)), to=to) == body(
        paragraph(
            "<w:pPr><w:bidi/></w:pPr>",
            run("\u0645 One", "<w:rtl/>"),
            run("two", "<w:b/><w:bCs/><w:rtl/>"),
        )
    )


def test_it_is_said_where_the_schema_wants_it() -> None:
    before = '<w:pStyle w:val="Title"/><w:numPr><w:ilvl w:val="0"/></w:numPr>'
    behind = '<w:spacing w:after="0"/><w:jc w:val="center"/><w:rPr><w:rtl/></w:rPr>'
    looks = '<w:rFonts w:ascii="A"/>', '<w:sz w:val="20"/>', '<w:lang w:val="en"/>'
    written = _right_to_left(
        paragraph(f"<w:pPr>{before}{behind}</w:pPr>", run("One", "".join(looks)))
    )
    assert f"<w:pPr>{before}<w:bidi/>{behind}</w:pPr>" in written
    font, size, language = looks
    assert f'{font}{size}<w:szCs w:val="20"/><w:rtl/>{language}</w:rPr>' in written


def test_what_is_said_already_is_not_said_twice() -> None:
    written = _right_to_left(
        paragraph('<w:pPr><w:bidi w:val="0"/></w:pPr>', run("One", "<w:rtl/>"))
    )
    assert written == body(
        paragraph("<w:pPr><w:bidi/></w:pPr>", run("\u0645 One", "<w:rtl/>"))
    )


def test_a_translation_from_left_to_right_takes_it_out() -> None:
    data = word_file(
        paragraph("<w:pPr><w:bidi/></w:pPr>", run("\u0645", "<w:i/><w:rtl/>"))
    )
    (unit,) = read(FORMAT, data).units
    written = FORMAT.write(
        data,
        {unit.key: Translation("m")},
        source_language="ar",
        target_language="en",
    )
    assert document_of(written) == body(paragraph("<w:pPr></w:pPr>", run("m", ITALIC)))


def test_other_programs_read_the_direction_and_other_paragraphs_stay() -> None:
    document = python_docx.Document()
    document.add_heading("Ferry", 1)
    bold = document.add_paragraph("Boats leave ").add_run("now")
    bold.bold = True
    document.add_paragraph("Not translated")
    file = io.BytesIO()
    document.save(file)
    data = file.getvalue()
    first, second, _ = sources(FORMAT, data)
    texts = {first: "\u0639", second: "\u0628 <b>\u0646</b>"}

    written = translate(FORMAT, data, texts, to="ar")

    heading, boats, rest = python_docx.Document(io.BytesIO(written)).paragraphs
    for one in (heading, boats):
        assert one._p.xpath("w:pPr/w:bidi")  # it has no door for this
        assert all(run.font.rtl for run in one.runs)
    assert [bool(run.font.cs_bold) for run in boats.runs] == [False, True]
    assert rest._p.pPr is None
    assert not any(run.font.rtl for run in rest.runs)
