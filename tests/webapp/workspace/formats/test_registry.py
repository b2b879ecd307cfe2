"""Which format a file is in."""

from pathlib import Path

import pytest

from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.registry import FORMATS, format_named, format_of_file

PO = b'msgid "A"\nmsgstr ""\n'
XLIFF = b'<?xml version="1.0"?>\n<xliff version="1.2"/>'
ANDROID = b"<!-- x -->\n<resources/>"


@pytest.mark.parametrize(
    ("name", "data", "format_"),
    [
        ("app.po", PO, "po"),
        ("APP.POT", PO, "po"),
        ("a.b.json", b'{"a": 1}', "json"),
        ("strings.xml", ANDROID, "android"),
        ("messages.xml", XLIFF, "xliff"),
        ("de.xlf", XLIFF, "xliff"),
        ("x.strings", '"a" = "b";'.encode("utf-16-le"), "strings"),
        ("x.strings", b"\xff\xfe" + '"a" = "b";'.encode("utf-16-le"), "strings"),
        ("x.stringsdict", b"<plist/>", "stringsdict"),
        ("x.properties", b"# only a comment", "properties"),
        ("x.ftl", b"# c\n-brand = x", "fluent"),
        ("x.tsv", b"a\tb", "csv"),
    ],
)
def test_a_file_has_a_format(name: str, data: bytes, format_: str) -> None:
    assert format_of_file(name, data).name == format_


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("app.po", XLIFF, "xliff"),
        ("app.xlf", PO, "po"),
        ("app.json", PO, "po"),
        ("app.xml", b'{"a": "b"}', "json"),
        ("app.ftl", ANDROID, "android"),
        ("app.csv", XLIFF, "xliff"),
        ("app.strings", b"<plist/>", "stringsdict"),
        ("app.properties", b'{"a": "b"}', "json"),
        ("app.po", b"Just some words.\n", ""),
        ("app.po", b"\x89PNG\r\n\x1a\n\0\0", ""),
    ],
)
def test_a_name_that_the_content_belies_is_refused(
    name: str, data: bytes, found: str
) -> None:
    with pytest.raises(FormatError) as caught:
        format_of_file(name, data)
    assert caught.value.problem is Problem.WRONG_CONTENT
    assert caught.value.params["name"] == name
    assert caught.value.params["found"] == found


@pytest.mark.parametrize("name", ["app", "app.exe", "po", ".", "", "a/b.po/c"])
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(FormatError) as caught:
        format_of_file(name, PO)
    assert caught.value.problem is Problem.UNKNOWN_FORMAT


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(FormatError) as caught:
        format_of_file("app.po", b"")
    assert caught.value.problem is Problem.EMPTY


def test_formats_are_found_by_their_names() -> None:
    assert [format_named(one.name) for one in FORMATS] == list(FORMATS)
    with pytest.raises(FormatError):
        format_named("doc")


def test_every_format_has_a_sample() -> None:
    samples = Path(__file__).parent / "samples"
    found = {format_of_file(p.name, p.read_bytes()).name for p in samples.iterdir()}
    assert found == {one.name for one in FORMATS}
