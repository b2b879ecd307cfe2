"""Android's strings.xml."""

from pathlib import Path

import pytest
from lxml import etree

from tests.webapp.workspace.formats.doors import (
    problem_of,
    read,
    translate,
    unit_of,
    write,
)
from webapp.workspace.formats.android import FORMAT
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.unit import Translation

UGLY = (Path(__file__).parent / "samples" / "ugly-android.xml").read_bytes()
G = '<xliff:g id="name" example="Bob &amp; Al">%1$s</xliff:g>'


def one(value: str) -> bytes:
    return f'<resources><string name="a">{value}</string></resources>'.encode()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (r"It\'s \"so\"", 'It\'s "so"'),
        (r"a\nb\tc", "a\nb\tc"),
        (r"\u00e9\ud83d\ude00", "é😀"),
        (r"C:\\temp", "C:\\temp"),
        (r"\@home \?", "@home ?"),
        ("  spaces \n  collapse  ", "spaces collapse"),
        ('"  kept  "', "  kept  "),
        ('a "  b  " c', "a   b   c"),
        ("&lt;b&gt; &amp; &#8212;", "<b> & —"),
        ("a<!-- hidden -->b", "ab"),
        ('<![CDATA[<a href="x">&amp;</a>]]>', '<a href="x">&amp;</a>'),
    ],
)
def test_it_reads_androids_escapes(value: str, text: str) -> None:
    assert read(FORMAT, one(value)).units[0].source == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('It\'s "so"', r"It\'s \"so\""),
        ("a\nb", r"a\nb"),
        ("@home", r"\@home"),
        ("?", r"\?"),
        (" a  b ", r"\u0020a \u0020b\u0020"),
        ("<b> & ]]>", "&lt;b> &amp; ]]&gt;"),
    ],
)
def test_it_writes_androids_escapes(text: str, value: str) -> None:
    assert translate(FORMAT, one("x"), {"x": text}) == one(value)


def test_what_is_marked_for_nobody_to_touch_is_one_code() -> None:
    unit = read(FORMAT, UGLY).units[1]
    assert unit.source == f"Hello, {G}!"
    assert unit.codes == (G,)
    written = write(FORMAT, UGLY, {unit.key: Translation(f"{G}, привет's")})
    assert f"""<string   name='title'  >{G}, привет\\'s</string>""".encode() in written


def test_markup_is_codes_in_pairs() -> None:
    unit = next(u for u in read(FORMAT, UGLY).units if u.context == "html")
    assert unit.codes[:2] == ("<b>", "</b>")
    with pytest.raises(FormatError) as caught:
        write(FORMAT, UGLY, {unit.key: Translation("<b>здесь")})
    assert caught.value.problem is Problem.BROKEN_CODES


def test_cdata_stays_cdata() -> None:
    written = translate(
        FORMAT, one("<![CDATA[<b>x</b>]]>"), {"<b>x</b>": "<i>'ж]]></i>"}
    )
    assert written == one(r"<![CDATA[<i>\'ж]]]]><![CDATA[></i>]]>")


def test_comments_are_notes_and_fixed_strings_are_told() -> None:
    unit = unit_of(read(FORMAT, UGLY), "Tandem")
    assert unit.note == "The name in the bar."
    assert not unit.is_translatable
    assert not unit_of(read(FORMAT, UGLY), "@string/app_name").is_translatable


def test_plurals_get_the_forms_of_the_language() -> None:
    wanted = {
        unit.key: Translation(f"%d {unit.plural.category}")
        for unit in read(FORMAT, UGLY).units
        if unit.plural
    }
    root = etree.fromstring(write(FORMAT, UGLY, wanted))
    items = {item.get("quantity"): item.text for item in root.iter("item")}
    assert items == {
        None: "@string/title", "one": "%d one", "few": "%d few",
        "many": "%d many", "other": "%d other",
    }  # fmt: skip


def test_plurals_lose_the_forms_that_the_language_has_not() -> None:
    written = translate(FORMAT, UGLY, {"%d files": "%d 个文件"}, to="zh")
    assert b'quantity="one"' not in written
    assert '<item quantity="other" >%d 个文件</item>'.encode() in written


def test_arrays_are_read_item_by_item() -> None:
    units = [u for u in read(FORMAT, UGLY).units if u.context == "days"]
    assert [unit.source for unit in units] == ["Monday", "Tuesday <3", "@string/title"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ('<string name="a">x</string>' * 2, Problem.DUPLICATE),
        ("<string>x</string>", Problem.SYNTAX),
        ('<string name="a">x', Problem.SYNTAX),
        ('<string name="a">\\u0000</string>', Problem.NUL),
        ('<string name="a">\\ud83d</string>', Problem.ENCODING),
    ],
)
def test_bad_resources_are_refused(body: str, problem: Problem) -> None:
    data = f"<resources>{body}</resources>".encode()
    assert problem_of(FORMAT, data)[0] is problem


def test_other_xml_is_refused() -> None:
    assert problem_of(FORMAT, b"<svg/>") == (Problem.MISSING, {"element": "resources"})
