"""Markdown: the words change, and all that is not words stays."""

import doctest

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.webapp.workspace.formats.changed import (
    check_changed,
    check_untouched,
    put,
    put_all,
    sources,
)
from tests.webapp.workspace.formats.doors import read
from webapp.workspace.formats import front_matter
from webapp.workspace.formats.markdown import FORMAT
from webapp.workspace.formats.problem import FormatError, Problem


def _units(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    units = read(FORMAT, text.encode()).units
    return [(unit.location, unit.source, unit.codes) for unit in units]


def _written(text: str, *texts: str) -> str:
    return put_all(FORMAT, text.encode(), *texts).decode()


def test_it_reads_headings_paragraphs_items_and_cells() -> None:
    assert _units(
        "# Title #\n\nOne\n  line.\n\n> quoted\nlazily\n\n- item\n\n  more\n"
        "\n| a | b |\n|---|---|\n| c\\|d | 42 |\n\nBelow\n=====\n"
    ) == [
        ("h", "Title", ()),
        ("p", "One line.", ()),
        ("p", "quoted lazily", ()),
        ("p", "item", ()),
        ("p", "more", ()),
        ("td", "a", ()),
        ("td", "b", ()),
        ("td", "c\\|d", ("\\|",)),
        ("h=", "Below", ()),
    ]


def test_definitions_and_footnotes_are_read_where_they_stand() -> None:
    text = "A[^1]\n\n[^1]: A note\n    goes on\n\nTerm\n: What it\n  means\n"
    assert sources(FORMAT, text.encode()) == [
        "A[^1]",
        "A note goes on",
        "Term",
        "What it means",
    ]
    assert _written(text, "B[^1]", "Une note", "Terme", "Sens") == (
        "B[^1]\n\n[^1]: Une note\n\nTerme\n: Sens\n"
    )


def test_code_html_and_maths_stay() -> None:
    text = (
        "```\ncode\n```\n\n    indented\n\n<div>\nhtml\n</div>\n\n$$\nx = 1\n$$\n\n"
        "[ref]: http://example.com 'T'\n\n<!-- a note -->\n\n---\n\nWords\n"
    )
    assert sources(FORMAT, text.encode()) == ["Words"]


def test_lines_for_other_programs_stay() -> None:
    text = "::: warning\nCareful\n:::\n\n!!! note\n\n{% include x %}\nWords\n"
    assert sources(FORMAT, text.encode()) == ["Careful", "Words"]
    assert _written(text, "Attention", "Mots") == text.replace(
        "Careful", "Attention"
    ).replace("Words", "Mots")


def test_what_a_line_carries_is_protected() -> None:
    ((_, source, codes),) = _units(
        'See `a*b`, [the *doc*](http://x.y/(z) "A title"), ![alt](i.png), <b>x</b>'
        " and $x_1$.[^1]\n"
    )
    assert source.startswith("See `a*b`, [the *doc*]")
    assert codes == (
        "`a*b`",
        "[",
        "*",
        "*",
        '](http://x.y/(z) "',
        '")',
        "![",
        "](i.png)",
        "<b>",
        "</b>",
        "$x_1$",
        "[^1]",
    )


def test_codes_are_found_in_their_order() -> None:
    ((_, source, codes),) = _units(
        "2 * 3 and *yes*, [a] or [b](c) and snake_case _u_\n"
    )
    position = 0
    for code in codes:
        position = source.index(code, position) + len(code)
    assert codes == ("*", "*", "*", "[", "[", "](c)", "_", "_", "_")


def test_a_link_by_name_keeps_its_name() -> None:
    units = _units("See [the doc] and [x][the doc] and [the doc][].\n\n[The doc]: u\n")
    ((_, _, codes),) = units
    assert codes == ("[the doc]", "[", "][the doc]", "[the doc][]")


def test_breaks_are_line_ends_and_other_line_ends_are_not() -> None:
    text = "> One\n> goes on.  \n> Two\\\n> Three\n"
    assert _units(text) == [("p", "One goes on.\nTwo\nThree", ())]
    assert _written(text, "Un.\nDeux\nTrois") == "> Un.  \n> Deux  \n> Trois\n"


def test_a_new_line_stays_inside_its_item() -> None:
    assert _written("- [x] One\n", "Un\nDeux") == "- [x] Un  \n      Deux\n"


@pytest.mark.parametrize(
    ("source", "target", "written"),
    [
        ("Words\n", "# No title", "\\# No title\n"),
        ("Words\n", "1. No list", "1\\. No list\n"),
        ("Words\n", "- No list", "\\- No list\n"),
        ("Words\n", "a\n---", "a  \n\\---\n"),
        ("Words\n", "::: x", "\\::: x\n"),
        ("Words\n", "a\n\n\nb", "a  \nb\n"),
        ("# Title\n", "C #", "# C \\#\n"),
        ("# Title\n", "a\nb", "# a b\n"),
        ("a|b\n-|-\n", "x|y", "x\\|y|b\n-|-\n"),
    ],
)
def test_a_translation_makes_no_markup_of_blocks(
    source: str, target: str, written: str
) -> None:
    key = read(FORMAT, source.encode()).units[0].key
    assert put(FORMAT, source.encode(), {key: target}).decode() == written


def test_emphasis_is_free_but_a_link_must_be_one_of_the_source() -> None:
    text = "A *big* [link](u)\n"
    assert _written(text, "Un grand [lien](u)") == "Un grand [lien](u)\n"
    assert _written(text, "**Un** lien") == "**Un** lien\n"
    for broken in ("Un [lien](v)", "[Un](u) [lien](u)", "Un <b>lien"):
        with pytest.raises(FormatError) as caught:
            _written(text, broken)
        assert caught.value.problem is Problem.BROKEN_CODES


def test_titles_in_the_head_are_read_and_written_in_their_quotes() -> None:
    text = (
        "---\ntitle: \"One \\\"two\\\"\" # said\nlayout: post\ndescription: 'It''s'\n"
        "summary: Plain: no\nsubtitle: Plain words\n---\n\nBody\n"
    )
    assert [unit[:2] for unit in _units(text)] == [
        ("subtitle", "Plain words"),
        ("p", "Body"),
    ]
    text = "---\r\ntitle: 'One'\r\nsummary: Two\r\nexcerpt: \"x\"\r\n---\r\nBody\r\n"
    assert _written(text, "l'un", "yes", "é\n«»", "Corps") == (
        '---\r\ntitle: "l\'un"\r\nsummary: "yes"\r\nexcerpt: "é «»"\r\n---\r\nCorps\r\n'
    )
    text = '+++\ntitle = "One"\nweight = 3\n+++\nBody\n'
    assert [unit[:2] for unit in _units(text)] == [("title", "One"), ("p", "Body")]


def test_a_file_without_words_is_refused() -> None:
    for data in (b"", b"\n\n", b"```\ncode\n```\n", b"---\n\n***\n"):
        with pytest.raises(FormatError) as caught:
            read(FORMAT, data)
        assert caught.value.problem is Problem.EMPTY


_LINES = [
    "# Title",
    "## Two ##",
    "A line of *text*, 中文。",
    "more `code` and [a link](u)",
    "- item",
    "  - nested **bold**",
    "10) ten",
    "    indented",
    "```",
    "> quote",
    "> > deep  ",
    "| a | b |",
    "|---|---|",
    "a | b",
    "---|---",
    "===",
    "---",
    "[^1]: note",
    "[x]: http://y",
    "::: box",
    "$$",
    "<div>",
    "line with break  ",
    "line with backslash\\",
    "- [ ] task",
    "",
    "",
    "\tTabbed",
    "+++",
    "title: Words",
]
_documents = st.tuples(
    st.lists(st.sampled_from(_LINES), max_size=14), st.sampled_from(["\n", "\r\n"])
).map(lambda pair: pair[1].join(pair[0]))


def _unescaped(text: str) -> str:
    """A sign that would begin a list or the like is written behind a backslash."""
    return text.replace("\\", "")


@settings(deadline=None)
@given(_documents)
@example("> a\n---\n- b\n===\n")
@example("> > deep  \n===")
@example("> > deep  \n[^1]: note")
def test_any_document_comes_back(text: str) -> None:
    data = text.encode()
    try:
        read(FORMAT, data)
    except FormatError as error:
        assert error.problem is Problem.EMPTY
        return
    check_untouched(FORMAT, data)
    try:
        check_changed(FORMAT, data, lambda source: f"{source} ok", _unescaped)
    except FormatError as error:
        # Lines that together would be a table or the like, or a note's mark that would
        # begin the note itself: behind a backslash it is no mark.
        assert error.problem in (Problem.UNWRITABLE, Problem.BROKEN_CODES)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_text_brings_the_reader_down(text: str) -> None:
    try:
        check_untouched(FORMAT, text.encode("utf-8", "surrogatepass"))
    except FormatError as error:
        assert error.problem in (Problem.EMPTY, Problem.NUL, Problem.ENCODING)


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(front_matter).failed == 0
