"""Markdown becomes HTML block by block, the same however it arrives."""

import doctest
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from webapp.common import markdown
from webapp.common.markdown import ClosedBlock, MarkdownStream, render

_LINES = [
    "# Title",
    "A line of *text*, 中文。",
    "- item",
    "  - nested",
    "1. first",
    "    indented",
    "```python",
    "```",
    "~~~~",
    "> quote",
    "| a | b |",
    "|---|---|",
    "$$",
    "$$x^2$$",
    "\\[",
    "x \\]",
    "---",
    "",
    "",
    "\r",
]
documents = st.one_of(
    st.lists(st.sampled_from(_LINES), max_size=25).map("\n".join),
    st.text(max_size=200),
)


@given(document=documents, data=st.data())
@example(document="a\r\n\r\nb", data=None)
@settings(max_examples=300, deadline=None)
def test_any_pieces_give_the_blocks_of_the_whole(
    document: str, data: st.DataObject | None
) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(document)))) if data else [2, 3]
    stream = MarkdownStream()
    closed: list[ClosedBlock] = []
    edges = [0, *sorted(cuts), len(document)]
    for begin, end in pairwise(edges):
        closed += stream.feed(document[begin:end])
    closed += stream.finish()

    assert [block.html for block in closed] == stream.blocks == render(document)
    assert [block.index for block in closed] == list(range(len(closed)))
    assert sum(block.length for block in closed) == len(document)
    assert stream.open_text == ""


@given(document=documents)
@settings(max_examples=100, deadline=None)
def test_closed_and_open_text_are_always_the_whole_text(document: str) -> None:
    stream, position = MarkdownStream(), 0
    for count, character in enumerate(document, start=1):
        position += sum(block.length for block in stream.feed(character))
        assert stream.open_text == document[position:count]


def test_a_block_closes_as_soon_as_its_end_is_known() -> None:
    stream = MarkdownStream()
    assert stream.feed("# Title") == []
    assert stream.feed("\n") == [ClosedBlock(0, 8, "<h1>Title</h1>")]
    assert stream.feed("Words\n\n")[0].html == "<p>Words</p>"
    assert stream.feed("```\ncode\n\nmore\n") == []
    assert len(stream.feed("```\n")) == 1
    assert stream.open_text == ""


def test_a_list_stays_open_over_blank_lines_until_something_else_begins() -> None:
    stream = MarkdownStream()
    assert stream.feed("- one\n\n- two\n\n  more of two\n\n") == []
    [block] = stream.feed("After\n")
    assert block.html.count("<li>") == 2
    assert stream.open_text == "After\n"


def test_a_year_in_a_paragraph_does_not_begin_a_list() -> None:
    assert render("It happened in\n1984. That year")[0].startswith("<p>")


def test_a_fence_in_a_list_belongs_to_the_item() -> None:
    [block] = render("1. Run\n   ```sh\n   ls\n\n   pwd\n   ```\n2. Look")
    assert block.count("<li>") == 2
    assert block.count("<pre") == 1


def test_an_unclosed_fence_is_code_to_the_end() -> None:
    [block] = render("```python\nx = 1\n\n# not a title")
    assert "<h1>" not in block
    assert "<pre" in block


def test_code_has_its_language_its_colours_and_a_copy_button() -> None:
    [block] = render("```python\ndef f(): pass\n```")
    assert '<span class="code-language">python</span>' in block
    assert '<span class="k">def</span>' in block
    assert 'data-copy=""' in block
    assert "style=" not in block


@pytest.mark.parametrize("language", ["nosuchlanguage", "", "{.python}", "<script>"])
def test_code_of_an_unknown_language_is_plain(language: str) -> None:
    [block] = render(f"```{language}\na < b\n```")
    assert "a &lt; b" in block
    assert "<script" not in block


def test_tables_align_by_class() -> None:
    [block] = render("| a | b |\n|:--|--:|\n| 1 | 2 |")
    assert '<td class="align-right">2</td>' in block


@pytest.mark.parametrize(
    "source",
    [
        "It is $x^2$.",
        r"It is \(x^2\).",
        "$$x^2$$",
        "$$\nx^2\n$$",
        "\\[\nx^2\n\\]",
        "Then $$x^2$$.",
    ],
)
def test_formulas_become_mathml(source: str) -> None:
    [block] = render(source)
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in block


def test_money_is_not_a_formula() -> None:
    assert render("It costs $5 or $6.") == ["<p>It costs $5 or $6.</p>"]


@pytest.mark.parametrize(
    "source", ["$\\frac{$", "$$\n\\begin{\n$$", "$" + "x" * 3000 + "$"]
)
def test_what_is_no_latex_is_shown_as_written(source: str) -> None:
    [block] = render(source)
    assert '<code class="math-source">' in block
    assert "<math" not in block


def test_an_open_formula_that_never_closes_ends_at_a_blank_line() -> None:
    assert len(render("$$\nx\n\nA paragraph.")) == 2


def test_a_huge_block_is_shown_as_it_is() -> None:
    [block] = render("[" * 100_000)
    assert block == f"<p>{'[' * 100_000}</p>"


def test_blank_text_leaves_nothing_open() -> None:
    stream = MarkdownStream()
    stream.feed("Done.\n\n\n")
    assert stream.finish() == [ClosedBlock(1, 1, "")]
    assert render("") == []


def test_the_docstring_is_true() -> None:
    assert doctest.testmod(markdown).failed == 0
