"""HTML: the words change, and all that is not words stays."""

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
from webapp.workspace.formats.html import FORMAT
from webapp.workspace.formats.problem import FormatError, Problem

_PAGE = """<!DOCTYPE html>
<html lang="en_GB"><head><meta charset=utf-8><title>A &amp; B</title>
<meta name="description" content='It&#39;s good'><meta name="robots" content="none">
<style>p { color: red }</style><script>document.write("<p>no</p>")</script></head>
<BODY><h1>Hello   <em>you</em></h1>
<p>
  Click <a href="x.html" title="The title">here</a>, or <code>ls -l</code>
  &lt;b&gt; <img src=a alt="An image"> end.<br>
</p>
<pre>not this</pre> <textarea>nor this</textarea>
<ul><li><a href=x><b>Wrapped</b></a><li>Two <span class="notranslate">T <b>X</b></span>.
<li>3.14</ul><!-- <p>nor this</p> -->
<p translate="no">nor this</p><p><code>ls</code> lists files</p>
<input type=submit value=Send><input placeholder='Your "name"' value="no">
</BODY></html>
"""


def _written(text: str, *texts: str) -> str:
    return put_all(FORMAT, text.encode(), *texts).decode()


def test_it_reads_what_people_read() -> None:
    parsed = read(FORMAT, _PAGE.encode())
    assert parsed.source_language == "en-GB"
    assert [(unit.key, unit.location, unit.source) for unit in parsed.units] == [
        ("1", "title", "A & B"),
        ("content/1", "meta@content", "It's good"),
        ("2", "h1", "Hello <em>you</em>"),
        ("3", "p", "Click <a1>here</a1>, or <code2/> <b> <img3/> end."),
        ("title/1", "a@title", "The title"),
        ("alt/1", "img@alt", "An image"),
        ("4", "li", "Wrapped"),
        ("5", "li", "Two <span1/>."),
        ("7", "p", "<code1/> lists files"),
        ("value/1", "input@value", "Send"),
        ("placeholder/1", "input@placeholder", 'Your "name"'),
    ]
    text = parsed.units[3]
    assert text.codes == ("<a1>", "</a1>", "<code2/>", "<img3/>")
    assert text.note.split("\n") == [
        '<a1> <a href="x.html" title="The title">',
        "</a1> </a>",
        "<code2/> <code>ls -l</code>",
        '<img3/> <img src=a alt="An image">',
    ]
    assert text.line == 7


def test_only_words_change() -> None:
    units = read(FORMAT, _PAGE.encode()).units
    texts = {unit.key: unit.source for unit in units}
    texts["2"] = "Bonjour <em>toi</em>"
    texts["5"] = "<span1/>, deux & <trois>."
    texts["alt/1"] = 'Une "image"'
    expected = (
        _PAGE.replace("Hello   <em>you</em>", "Bonjour <em>toi</em>")
        .replace('Two <span class="notranslate">', '<span class="notranslate">')
        .replace("<b>X</b></span>.", "<b>X</b></span>, deux &amp; &lt;trois&gt;.")
        .replace('alt="An image"', 'alt="Une &quot;image&quot;"')
    )
    assert put(FORMAT, _PAGE.encode(), texts).decode() == expected


def test_an_attribute_of_a_tag_inside_a_changed_text_changes_with_it() -> None:
    text = '<p>See <a href=u title=Old>it</a> now</p><img alt="Old">'
    assert _written(text, "Voir <a1>ça</a1>", "Neuf", "Neuve") == (
        '<p>Voir <a href=u title="Neuf">ça</a></p><img alt="Neuve">'
    )


def test_spaces_that_hold_words_together_are_written_as_they_were() -> None:
    assert _written("<p>a&nbsp;b</p>", "x\xa0y") == "<p>x&nbsp;y</p>"
    assert _written("<p>a\xa0b</p>", "x\xa0y") == "<p>x\xa0y</p>"


@pytest.mark.parametrize(
    ("declared", "encoding", "written"),
    [
        ("iso-8859-1", "cp1252", "é€&#20013;"),
        ("windows-1251", "cp1251", "&#233;€&#20013;"),
        ("utf-8", "utf-8", "é€中"),
        ("UTF-16", "utf-8", "é€中"),
    ],
)
def test_what_the_encoding_has_not_is_written_as_a_number(
    declared: str, encoding: str, written: str
) -> None:
    text = f'<meta charset="{declared}"><p>Words “–”</p>'
    data = text.encode(encoding)
    assert sources(FORMAT, data) == ["Words “–”"]
    changed = put(FORMAT, data, {"1": "é€中"})
    assert changed == text.replace("Words “–”", written).encode(encoding)


@pytest.mark.parametrize(
    "text",
    [
        "<p>a<b>b</p>c</b>",
        "<b><p>a</b>b<p>c",
        "<code>a<p>b</p>",
        "<div><code>a</div>b",
        "<p title=\"a>b\" class='c'>d</p>",
        "<p/>a<br/>b",
        "<x-y>a</x-y>b<o:p></o:p>",
        "a < b & c > d",
        "<title>a<b></title>c",
        "<p>a<!-- unclosed",
        "<p>a<script>unclosed",
        "<SVG><text>a</text></SVG>b<P>C</p>",
        "<p title>a</p><a =x>b</a>",
    ],
)
def test_odd_markup_comes_back(text: str) -> None:
    check_untouched(FORMAT, text.encode())
    check_changed(FORMAT, text.encode(), lambda source: f"x {source} é")


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("", Problem.EMPTY, None),
        ("<p>12</p>", Problem.EMPTY, None),
        ("<p>a</p>\n<a href='x>b", Problem.TRUNCATED, 2),
        ("<p>a</p>\n<div", Problem.TRUNCATED, 2),
        ("<p>a\n\n</p", Problem.TRUNCATED, 3),
        ('<meta charset="x-none">a', Problem.ENCODING_UNKNOWN, None),
        ('<meta charset="zip">a', Problem.ENCODING_UNKNOWN, None),
    ],
)
def test_what_cannot_be_read_is_refused(
    text: str, problem: Problem, line: int | None
) -> None:
    with pytest.raises(FormatError) as caught:
        read(FORMAT, text.encode())
    assert caught.value.problem is problem
    assert caught.value.params.get("line") == line


def test_it_is_told_by_its_first_tag() -> None:
    for text in (
        "<!DOCTYPE html>",
        "{% x %}<P class=a>",
        "<x-app>",
        '<?xml?><html x="">',
    ):
        assert FORMAT.looks_right(text)
    for text in ("a < b", "<tmx><header>", "<?xml?><xliff><source>", "<resources><b>"):
        assert not FORMAT.looks_right(text)


def test_a_torn_or_doubled_tag_is_refused() -> None:
    for broken in ("<a1>x", "</a1>x<a1>", "<a1>x</a1></a1>"):
        with pytest.raises(FormatError) as caught:
            put(FORMAT, b"<p>a <a href=u>b</a></p>", {"1": broken})
        assert caught.value.problem is Problem.BROKEN_CODES


_PIECES = [
    "<p>",
    "</p>",
    "<div class='a'>",
    "</div>",
    "<b>",
    "</b>",
    '<a href="u" title="T">',
    "</a>",
    "<br>",
    "<br/>",
    "<img alt=words>",
    "<code>",
    "</code>",
    "<i class=notranslate>",
    "</i>",
    "<script>",
    "</script>",
    "<!-- c -->",
    "<li>",
    " ",
    "\n",
    "words ",
    "中文。",
    "&lt;b&gt;",
    "&nbsp;",
    "<b1>",
    "1 < 2",
]
_pages = st.lists(st.sampled_from(_PIECES), max_size=14).map("".join)


@settings(deadline=None)
@given(_pages)
@example("<b>words </b><b>words</b>")
def test_any_page_comes_back(text: str) -> None:
    try:
        read(FORMAT, text.encode())
    except FormatError as error:
        assert error.problem is Problem.EMPTY
        return
    check_untouched(FORMAT, text.encode())
    check_changed(FORMAT, text.encode(), lambda source: f"x {source} é")


@settings(deadline=None)
@given(st.text(st.sampled_from("<>/!-='\"& abpi\n"), max_size=40))
def test_no_text_brings_the_reader_down(text: str) -> None:
    try:
        check_untouched(FORMAT, text.encode())
    except FormatError as error:
        assert error.problem in (Problem.EMPTY, Problem.TRUNCATED)
