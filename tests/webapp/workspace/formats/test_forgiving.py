"""One translation that a format cannot hold keeps no other out of the file."""

from collections.abc import Mapping

import pytest

from tests.webapp.workspace.formats.doors import read, write
from webapp.workspace.formats.android import FORMAT as ANDROID
from webapp.workspace.formats.csv_table import FORMAT as CSV
from webapp.workspace.formats.fluent_ftl import FORMAT as FLUENT
from webapp.workspace.formats.forgiving import write_what_fits
from webapp.workspace.formats.format import Format
from webapp.workspace.formats.html import FORMAT as HTML
from webapp.workspace.formats.markdown import FORMAT as MARKDOWN
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.srt import FORMAT as SRT
from webapp.workspace.formats.unit import Translation
from webapp.workspace.formats.xliff import FORMAT as XLIFF

ANDROID_FILE = b"""<resources>
    <string name="a">Save <b>now</b></string>
    <string name="b">Open</string>
    <string name="c">Read <i>more</i></string>
</resources>
"""
XLIFF_FILE = b"""<xliff version="1.2">
<file source-language="en" original="a" datatype="x">
<body>
<trans-unit id="a"><source>Save <g id="1">now</g></source></trans-unit>
<trans-unit id="b"><source>Open</source></trans-unit>
<trans-unit id="c"><source>Read <g id="1">more</g></source></trans-unit>
</body></file></xliff>
"""
HTML_FILE = b"<p>Save <b>now</b></p>\n<p>Open</p>\n<p>Read <i>more</i></p>\n"
SRT_FILE = b"""1
00:00:01,000 --> 00:00:02,000
Save <b>now</b>

2
00:00:02,000 --> 00:00:03,000
Open

3
00:00:03,000 --> 00:00:04,000
Read <i>more</i>
"""
MARKDOWN_FILE = b"Save [now](u)\n\nOpen\n\nRead [more](v)\n"
FLUENT_FILE = b"a = Save { $now }\nb = Open\nc = Read { $more }\n"
CSV_FILE = b'source\ttarget\n"Save" now\t\nOpen\t\nRead\t\n'


class Writer:
    """Counts how often a file is written as a whole."""

    def __init__(self, format_: Format, data: bytes) -> None:
        self.format = format_
        self.data = data
        self.count = 0

    def __call__(self, translations: Mapping[str, Translation]) -> bytes:
        self.count += 1
        return write(self.format, self.data, translations)


@pytest.mark.parametrize(
    ("format_", "data", "torn"),
    [
        (ANDROID, ANDROID_FILE, ("Sichern <b>jetzt", "Lies mehr</i>")),
        (XLIFF, XLIFF_FILE, ('Sichern <g id="1">jetzt', "Lies mehr</g>")),
        (HTML, HTML_FILE, ("Sichern <b>jetzt", "Lies mehr</i>")),
        (SRT, SRT_FILE, ("Sichern <b>jetzt</b></b>", "1 --> 2")),
        (MARKDOWN, MARKDOWN_FILE, ("Sichern [jetzt](v)", "[Lies](v) [mehr](v)")),
        (FLUENT, FLUENT_FILE, ("{ $now }{ $now }", "{ $more } { $more }")),
        (CSV, CSV_FILE, ("Sichern\tjetzt", "Lies\nmehr")),
    ],
    ids=lambda value: value.name if isinstance(value, Format) else "",
)
def test_what_is_torn_stays_as_it_was_and_all_else_is_written(
    format_: Format, data: bytes, torn: tuple[str, str]
) -> None:
    keys = [unit.key for unit in read(format_, data).units]
    texts = dict(zip(keys, (torn[0], "Auf", torn[1]), strict=True))
    translations = {key: Translation(text) for key, text in texts.items()}
    writer = Writer(format_, data)

    written, errors = write_what_fits(writer, translations)

    assert written == write(format_, data, {keys[1]: Translation("Auf")}) != data
    assert [error.params["key"] for error in errors] == [keys[0], keys[2]]
    assert writer.count == 2  # all that is torn is told at once


def test_what_only_the_whole_file_shows_is_found_by_trying() -> None:
    """A writer that says "no" and not to whom."""
    translations = {str(number): Translation(str(number)) for number in range(20)}

    def picky(wanted: Mapping[str, Translation]) -> bytes:
        if {"3", "11"} <= wanted.keys() or "17" in wanted:
            raise FormatError(Problem.UNWRITABLE, key="")
        return ",".join(wanted).encode()

    written, errors = write_what_fits(picky, translations)

    assert {error.params["key"] for error in errors} == {"11", "17"}
    assert written.count(b",") == 17


@pytest.mark.parametrize("problem", [Problem.TRUNCATED, Problem.UNWRITABLE])
def test_a_fault_of_the_file_is_no_translations(problem: Problem) -> None:
    def broken(_wanted: Mapping[str, Translation]) -> bytes:
        raise FormatError(problem, key="")

    with pytest.raises(FormatError) as caught:
        write_what_fits(broken, {"a": Translation("a")})

    assert caught.value.problem is problem
