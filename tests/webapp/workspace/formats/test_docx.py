"""Documents of Word: paragraphs change, and all other bytes stay."""

import doctest
import io
import zipfile

import docx as python_docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.webapp.workspace.formats.changed import (
    check_changed,
    check_untouched,
    put,
    put_all,
    sources,
)
from tests.webapp.workspace.formats.doors import read, translate
from tests.webapp.workspace.formats.word_files import (
    body,
    field,
    mark,
    paragraph,
    part,
    part_of,
    run,
    word_file,
)
from webapp.workspace.formats import docx_direction, docx_items, languages, patches
from webapp.workspace.formats.docx import FORMAT
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.unit import Translation

_BOLD, _ITALIC = "<w:b/>", "<w:i/>"
_NOTE = '<w:r><w:footnoteReference w:id="2"/></w:r>'


def _document(data: bytes) -> str:
    return part_of(data, "word/document.xml")


def _texts(*paragraphs: str) -> list[str]:
    return sources(FORMAT, word_file(*paragraphs))


def test_runs_that_look_alike_are_one_text() -> None:
    assert _texts(
        paragraph(
            run("He"),
            '<w:proofErr w:type="spellStart"/>',
            run("llo", '<w:lang w:val="en-GB"/>'),
            "<w:r><w:lastRenderedPageBreak/><w:t> there</w:t></w:r>",
            run(" you", "<w:noProof/>"),
        )
    ) == ["Hellothere you"]


def test_other_looks_are_codes() -> None:
    data = word_file(
        paragraph(run("Hello "), run("you", _BOLD), run(" and "), run("me", _ITALIC))
    )
    (unit,) = read(FORMAT, data).units
    assert unit.source == "Hello <b>you</b> and <i>me</i>"
    assert unit.codes == ("<b>", "</b>", "<i>", "</i>")
    written = put_all(FORMAT, data, "<i>Moi</i> & <b>toi</b>.")
    assert _document(written) == body(
        paragraph(run("Moi", _ITALIC), run(" & "), run("toi", _BOLD), run("."))
    )


def test_the_usual_look_goes_without_saying() -> None:
    data = word_file(paragraph(run("All of it bold, but ", _BOLD), run("this")))
    assert sources(FORMAT, data) == ["All of it bold, but <x1>this</x1>"]
    written = put_all(FORMAT, data, "Tout")
    assert _document(written) == body(paragraph(run("Tout", _BOLD)))


def test_tabs_breaks_and_hyphens_are_characters() -> None:
    content = (
        "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t>"
        "<w:noBreakHyphen/><w:t>d</w:t><w:softHyphen/><w:t>e</w:t></w:r>"
    )
    data = word_file(paragraph(content))
    assert sources(FORMAT, data) == ["a\tb\nc\u2011d\u00ade"]
    written = _document(put_all(FORMAT, data, "x\ty\nz"))
    assert "<w:tab/>" in written
    assert "<w:br/>" in written


def test_what_stands_around_the_words_is_not_shown_and_stays() -> None:
    picture = "<w:r><w:drawing><w:x/></w:drawing></w:r>"
    start = '<w:bookmarkStart w:id="0" w:name="_GoBack"/>'
    data = word_file(paragraph("<w:pPr/>", start, picture, run("Words"), _NOTE))
    assert sources(FORMAT, data) == ["Words"]
    written = put_all(FORMAT, data, "Mots")
    assert _document(written) == body(
        paragraph("<w:pPr/>", start, picture, run("Mots"), _NOTE)
    )


def test_a_note_in_the_middle_is_a_code() -> None:
    data = word_file(paragraph(run("One"), _NOTE, run(" two")))
    assert sources(FORMAT, data) == ["One<note1/> two"]
    written = put_all(FORMAT, data, "Un deux<note1/>")
    assert _document(written) == body(paragraph(run("Un deux"), _NOTE))


def test_links_keep_where_they_lead_and_how_they_look() -> None:
    look = '<w:rStyle w:val="Hyperlink"/>'
    link = f'<w:hyperlink r:id="rId4">{run("the site", look)}</w:hyperlink>'
    data = word_file(paragraph(run("See "), link, run(".")))
    assert sources(FORMAT, data) == ["See <a1>the site</a1>."]
    written = put_all(FORMAT, data, "<a1>Site</a1> !")
    assert _document(written) == body(
        paragraph(link.replace("the site", "Site"), run(" !"))
    )


def test_the_text_of_a_link_field_is_read_and_a_page_number_is_not() -> None:
    link = field('HYPERLINK "http://x"', run("here", _BOLD))
    data = word_file(
        paragraph(run("Go "), link, run(", page "), field("PAGE", run("7")))
    )
    assert sources(FORMAT, data) == ["Go <a1>here</a1>, page <field2/>"]
    check_untouched(FORMAT, data)
    check_changed(FORMAT, data, lambda source: source.replace("here", "ici"))


def test_a_table_of_contents_is_left_to_word() -> None:
    entry = f"<w:hyperlink>{run('Chapter')}{field('PAGEREF x', run('3'))}</w:hyperlink>"
    start = (
        f"{mark('begin')}<w:r><w:instrText>TOC</w:instrText></w:r>{mark('separate')}"
    )
    assert _texts(
        paragraph(start, entry),
        paragraph(entry),
        paragraph(mark("end")),
        paragraph(run("A")),
    ) == ["A"]


def test_changes_that_are_tracked_are_read_as_accepted() -> None:
    deleted = '<w:del w:id="1"><w:r><w:delText>old</w:delText></w:r></w:del>'
    inserted = f'<w:ins w:id="2">{run("new")}</w:ins>'
    data = word_file(paragraph(run("A "), deleted, inserted, run(" word")))
    assert sources(FORMAT, data) == ["A <x1/><x2>new</x2> word"]


def test_a_text_box_is_read_once_and_changes_inside_its_paragraph() -> None:
    box = f"<w:txbxContent>{paragraph(run('Boxed'))}</w:txbxContent>"
    both = (
        f"<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
    )
    data = word_file(paragraph(run("Before "), both, run("after")))
    assert [(unit.key, unit.source) for unit in read(FORMAT, data).units] == [
        ("document/1", "Before <img1/>after"),
        ("document/2", "Boxed"),
    ]
    written = _document(put_all(FORMAT, data, "Après<img1/>", "En boîte"))
    assert written.count("En boîte") == 1
    assert written.count("Boxed") == 1
    assert written.index("Après") < written.index("En boîte")


def test_headers_tables_and_notes_are_read() -> None:
    cell = f"<w:tbl><w:tr><w:tc>{paragraph(run('Cell'))}</w:tc></w:tr></w:tbl>"
    title = '<w:pPr><w:pStyle w:val="Title"/></w:pPr>'
    data = word_file(
        paragraph(title, run("Title")),
        cell,
        others={
            "word/header1.xml": part("hdr", paragraph(run("Header"))),
            "word/footnotes.xml": part(
                "footnotes", f"<w:footnote>{paragraph(run('Note'))}</w:footnote>"
            ),
        },
    )
    assert [(unit.location, unit.source) for unit in read(FORMAT, data).units] == [
        ("document Title", "Title"),
        ("document", "Cell"),
        ("header1", "Header"),
        ("footnotes", "Note"),
    ]


def test_only_the_changed_part_is_packed_anew() -> None:
    header = part("hdr", paragraph(run("Header")))
    data = word_file(paragraph(run("Body")), others={"word/header1.xml": header})
    written = put(FORMAT, data, {"header1/1": "En-tête"})
    with (
        zipfile.ZipFile(io.BytesIO(data)) as before,
        zipfile.ZipFile(io.BytesIO(written)) as after,
    ):
        assert after.testzip() is None
        assert after.comment == before.comment
        assert after.namelist() == before.namelist()
        for one, other in zip(before.infolist(), after.infolist(), strict=True):
            assert one.date_time == other.date_time
            is_changed = one.filename == "word/header1.xml"
            assert (one.CRC != other.CRC) == is_changed
    assert _document(written) == _document(data)


def test_words_own_library_reads_what_was_written() -> None:
    document = python_docx.Document()
    document.add_heading("The title", 1)
    text = document.add_paragraph("Hello ")
    text.add_run("bold").bold = True
    table = document.add_table(1, 2)
    table.cell(0, 0).text = "Cell & <one>"
    document.sections[0].footer.paragraphs[0].text = "Footer"
    file = io.BytesIO()
    document.save(file)
    check_untouched(FORMAT, file.getvalue())
    written = put_all(
        FORMAT, file.getvalue(), "标题", "<b>gras</b> bonjour", "Case & <un>", "Pied"
    )
    again = python_docx.Document(io.BytesIO(written))
    assert [one.text for one in again.paragraphs] == ["标题", "gras bonjour"]
    assert [one.bold for one in again.paragraphs[1].runs] == [True, None]
    assert again.tables[0].cell(0, 0).text == "Case & <un>"
    assert again.sections[0].footer.paragraphs[0].text == "Pied"


def test_a_torn_code_is_refused() -> None:
    data = word_file(paragraph(run("Hello "), run("you", _BOLD)))
    with pytest.raises(FormatError) as caught:
        put_all(FORMAT, data, "<b>Bonjour")
    assert caught.value.problem is Problem.BROKEN_CODES
    with pytest.raises(FormatError) as caught:
        put_all(FORMAT, data, "Bon\x01jour")
    assert caught.value.problem is Problem.UNWRITABLE


def _right_to_left(*paragraphs: str, to: str = "ar") -> str:
    data = word_file(*paragraphs)
    texts = {source: f"\u0645 {source}" for source in sources(FORMAT, data)}
    return _document(translate(FORMAT, data, texts, to=to))


@pytest.mark.parametrize("to", ["ar", "he", "fa", "ur"])
def test_from_right_to_left_is_said_of_paragraphs_and_runs(to: str) -> None:
    assert _right_to_left(paragraph(run("One"), run("two", _BOLD)), to=to) == body(
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
    assert _document(written) == body(paragraph("<w:pPr></w:pPr>", run("m", _ITALIC)))


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


_runs = st.builds(
    run,
    st.text(st.sampled_from("ab <>&\t中"), max_size=5).map(
        lambda text: text.replace("\t", " ")
    ),
    st.sampled_from(["", _BOLD, _ITALIC, _BOLD + _ITALIC, "<w:noProof/>"]),
)
_contents = st.recursive(
    st.one_of(
        _runs,
        st.sampled_from(
            [
                _NOTE,
                "<w:r><w:tab/></w:r>",
                "<w:proofErr/>",
                "<w:bookmarkEnd/>",
                field("PAGE", run("7")),
            ]
        ),
    ),
    lambda inner: st.lists(inner, max_size=3).map(
        lambda parts: f"<w:hyperlink>{''.join(parts)}</w:hyperlink>"
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(
    st.lists(
        st.lists(_contents, max_size=5).map(lambda one: paragraph(*one)), max_size=4
    )
)
def test_any_document_comes_back(paragraphs: list[str]) -> None:
    data = word_file(*paragraphs)
    try:
        read(FORMAT, data)
    except FormatError as error:
        assert error.problem is Problem.EMPTY
        return
    check_untouched(FORMAT, data)
    check_changed(FORMAT, data, lambda source: f"x {source} é")


def test_the_examples_in_the_documentation_hold() -> None:
    for module in (docx_direction, docx_items, languages, patches):
        assert doctest.testmod(module).failed == 0
