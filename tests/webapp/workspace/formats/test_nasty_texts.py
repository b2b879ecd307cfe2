"""Whatever a person writes is what the file says when it is read again."""

import re
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.webapp.workspace.formats.doors import read, write
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.registry import FORMATS, format_named
from webapp.workspace.formats.unit import Translation, UnitState

XLIFF_12 = b"""<xliff version="1.2"><file source-language="en"><body>
<trans-unit id="1"><source>Hello</source><target>Hi</target></trans-unit>
<trans-unit id="2"><source>Other</source></trans-unit></body></file></xliff>"""
XLIFF_20 = b"""<xliff version="2.0" srcLang="en"><file id="f">
<unit id="1"><segment><source>Hello</source></segment></unit>
<unit id="2"><segment><source>Other</source></segment></unit></file></xliff>"""

# Two units each: what is written into the first must leave the second alone.
FILES = {
    "po": b'msgid "Hello"\nmsgstr ""\n\nmsgid "Other"\nmsgstr ""\n',
    "json": b'{"a": "Hello", "b": "Other"}',
    "csv": b"source,target\nHello,\nOther,\n",
    "android": b'<resources><string name="a">Hello</string>'
    b'<string name="b">Other</string></resources>',
    "strings": b'"a" = "Hello";\n"b" = "Other";\n',
    "properties": b"a=Hello\nb=Other\n",
    "fluent": b"a = Hello\nb = Other\n",
    "stringsdict": b"<plist><dict><key>a</key><dict>"
    b"<key>NSStringVariableWidthRuleType</key><dict><key>1</key>"
    b"<string>Hello</string><key>2</key><string>Other</string></dict>"
    b"</dict></dict></plist>",
    "xliff": XLIFF_12,
    "xliff 2": XLIFF_20,
}
IN_CDATA = (
    b'<resources><string name="a"><![CDATA[Hello]]></string>'
    b'<string name="b">Other</string></resources>'
)
BLOCK = b"a =\n    Hello\n    there\nb = Other\n"
IN_VARIANT = b"a = { $n ->\n   *[x] Hello\n }\nb = Other\n"
QUOTED_CELLS = b'"source";"target"\r\n"Hello";""\r\n"Other";""\r\n'
CASES = [  # every format, and the ways in which it can hold a text
    *FILES.items(),
    ("android", IN_CDATA),
    ("fluent", BLOCK),
    ("fluent", IN_VARIANT),
    ("csv", QUOTED_CELLS),
    ("strings", '"a" = "Hello";\n"b" = "Other";\n'.encode("utf-16")),
    ("properties", "# é\na=Hello\nb=Other\n".encode("latin-1")),
]
NASTY = [
    *'"\'\\<>&{}[]*.#=:;,%@?!|\n\r\t ~-_$`^/()',
    "\\n", "\\u0041", "]]>", "<![CDATA[", "&amp;", "{{", "}}", '{""}', '"";', "\r\n",
    "=SUM(A1)", "<b>", "</b>", "&#13;", "%s", "😀", "👩‍👩‍👧", "עברית", "العربية",
    "\u200b", "\u200d", "\u202e", "\ufeff", "\u00a0", "\u2028", "\x85", "汉", "é",
    "e\u0301", "  ", "\n\n", " \n ", "msgid", "@string/x", "->", "#~ ", "// ", "/*",
]  # fmt: skip
words = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
)
texts = st.lists(words, min_size=1, max_size=8).map("".join)
XML_HAS_NOT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
XML = {"android", "stringsdict", "xliff", "xliff 2"}


def test_every_format_is_tried() -> None:
    catalogs = {one.name for one in FORMATS if one.name in FILES}
    assert catalogs == {name.split()[0] for name in FILES}


@pytest.mark.parametrize(("name", "data"), CASES)
@settings(max_examples=120, deadline=None)
@given(text=texts)
@example(text=" ")
@example(text="\n")
@example(text="  two  spaces  ")
@example(text=" \n\n .leading\n[dot]\n  ")
def test_a_text_is_read_as_it_was_written(name: str, data: bytes, text: str) -> None:
    format_ = format_named(name.split()[0])
    unit, other = read(format_, data).units
    if name in XML and XML_HAS_NOT.search(text):
        with pytest.raises(FormatError) as caught:
            write(format_, data, {unit.key: Translation(text)})
        assert caught.value.problem is Problem.UNWRITABLE
        return
    written = write(format_, data, {unit.key: Translation(text)})
    again, untouched = read(format_, written).units
    expected = text.strip("\n") if name == "po" else text
    if format_.is_bilingual:
        assert again.target == expected
        assert again.source == unit.source
    else:
        assert again.source == (expected or unit.source)
    assert replace(untouched, line=0) == replace(other, line=0)


@pytest.mark.parametrize(("name", "data"), CASES)
@given(text=texts)
@settings(max_examples=15, deadline=None)
def test_writing_twice_changes_nothing_more(name: str, data: bytes, text: str) -> None:
    format_ = format_named(name.split()[0])
    unit = read(format_, data).units[0]
    wanted = {unit.key: Translation(text, UnitState.TRANSLATED)}
    if name in XML and XML_HAS_NOT.search(text):
        return
    written = write(format_, data, wanted)
    assert write(format_, written, wanted) == written
