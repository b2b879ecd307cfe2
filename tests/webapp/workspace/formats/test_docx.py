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
from tests.webapp.workspace.formats.doors import read
from tests.webapp.workspace.formats.word_files import (
    BOLD,
    ITALIC,
    body,
    document_of,
    field,
    mark,
    paragraph,
    part,
    run,
    word_file,
)
from webapp.workspace.formats import docx_direction, docx_items, languages, patches
from webapp.workspace.formats.docx import FORMAT
from webapp.workspace.formats.problem import FormatError, Problem

_NOTE = '<w:r><w:footnoteReference w:id="2"/></w:r>'


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
        paragraph(run("Hello "), run("you", BOLD), run(" and "), run("me", ITALIC))
    )
    (unit,) = read(FORMAT, data).units
    assert unit.source == "Hello <b>you</b> and <i>me</i>"
    assert unit.codes == ("<b>", "</b>", "<i>", "</i>")
    written = put_all(FORMAT, data, "<i>Moi</i> & <b>toi</b>.")
    assert document_of(written) == body(
        paragraph(run("Moi", ITALIC), run(" & "), run("toi", BOLD), run("."))
    )


def test_the_usual_look_goes_without_saying() -> None:
    data = word_file(paragraph(run("All of it bold, but ", BOLD), run("this")))
    assert sources(FORMAT, data) == ["All of it bold, but <x1>this</x1>"]
    written = put_all(FORMAT, data, "Tout")
    assert document_of(written) == body(paragraph(run("Tout", BOLD)))


def test_tabs_breaks_and_hyphens_are_characters() -> None:
    content = (
        "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t>"
        "<w:noBreakHyphen/><w:t>d</w:t><w:softHyphen/><w:t>e</w:t></w:r>"
    )
    data = word_file(paragraph(content))
    assert sources(FORMAT, data) == ["a\tb\nc\u2011d\u00ade"]
    written = document_of(put_all(FORMAT, data, "x\ty\nz"))
    assert "<w:tab/>" in written
    assert "<w:br/>" in written


def test_what_stands_around_the_words_is_not_shown_and_stays() -> None:
    picture = "<w:r><w:drawing><w:x/></w:drawing></w:r>"
    start = '<w:bookmarkStart w:id="0" w:name="_GoBack"/>'
    data = word_file(paragraph("<w:pPr/>", start, picture, run("Words"), _NOTE))
    assert sources(FORMAT, data) == ["Words"]
    written = put_all(FORMAT, data, "Mots")
    assert document_of(written) == body(
        paragraph("<w:pPr/>", start, picture, run("Mots"), _NOTE)
    )


def test_a_note_in_the_middle_is_a_code() -> None:
    data = word_file(paragraph(run("One"), _NOTE, run(" two")))
    assert sources(FORMAT, data) == ["One<note1/> two"]
    written = put_all(FORMAT, data, "Un deux<note1/>")
    assert document_of(written) == body(paragraph(run("Un deux"), _NOTE))


def test_links_keep_where_they_lead_and_how_they_look() -> None:
    look = '<w:rStyle w:val="Hyperlink"/>'
    link = f'<w:hyperlink r:id="rId4">{run("the site", look)}</w:hyperlink>'
    data = word_file(paragraph(run("See "), link, run(".")))
    assert sources(FORMAT, data) == ["See <a1>the site</a1>."]
    written = put_all(FORMAT, data, "<a1>Site</a1> !")
    assert document_of(written) == body(
        paragraph(link.replace("the site", "Site"), run(" !"))
    )


def test_the_text_of_a_link_field_is_read_and_a_page_number_is_not() -> None:
    link = field('HYPERLINK "http://x"', run("here", BOLD))
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
    written = document_of(put_all(FORMAT, data, "Après<img1/>", "En boîte"))
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
    assert document_of(written) == document_of(data)


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
    data = word_file(paragraph(run("Hello "), run("you", BOLD)))
    with pytest.raises(FormatError) as caught:
        put_all(FORMAT, data, "<b>Bonjour")
    assert caught.value.problem is Problem.BROKEN_CODES
    with pytest.raises(FormatError) as caught:
        put_all(FORMAT, data, "Bon\x01jour")
    assert caught.value.problem is Problem.UNWRITABLE


_runs = st.builds(
    run,
    st.text(st.sampled_from("ab <>&\t中"), max_size=5).map(
        lambda text: text.replace("\t", " ")
    ),
    st.sampled_from(["", BOLD, ITALIC, BOLD + ITALIC, "<w:noProof/>"]),
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
