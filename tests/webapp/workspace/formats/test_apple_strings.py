"""Apple's .strings and .stringsdict."""

import plistlib
from pathlib import Path

import pytest

from tests.webapp.workspace.formats.doors import problem_of, read, translate, write
from webapp.workspace.formats import apple_strings, stringsdict
from webapp.workspace.formats.problem import Problem
from webapp.workspace.formats.unit import Translation

SAMPLES = Path(__file__).parent / "samples"
UTF16 = (SAMPLES / "ugly.strings").read_bytes()
UTF8 = (SAMPLES / "utf8.strings").read_bytes()
DICT = (SAMPLES / "ugly.stringsdict").read_bytes()
STRINGS = apple_strings.FORMAT
STRINGSDICT = stringsdict.FORMAT


def test_utf_8_and_utf_16_say_the_same() -> None:
    assert read(STRINGS, UTF16).encoding == "utf-16-le"
    assert read(STRINGS, UTF16).units == read(STRINGS, UTF8).units


def test_it_reads_escapes_comments_and_bare_keys() -> None:
    units = {unit.context: unit for unit in read(STRINGS, UTF8).units}
    title = units["window.title"]
    assert title.source == 'Hello, "%@"\n'
    assert title.note == "Title of the window,\n   shown at the top"
    assert units["bare_key"].source == "Bare"
    assert units["multi\nline"].source == "first\nsecond"
    assert units["escaped"].source == "café \\ tab\t"


def test_an_id_twice_is_a_warning_and_two_units() -> None:
    parsed = read(STRINGS, UTF8)
    keys = [unit.key for unit in parsed.units if unit.context == "twice"]
    assert keys == ["twice", "twice/[2]"]
    (warning,) = parsed.warnings
    assert warning.problem is Problem.DUPLICATE
    assert warning.params == {"line": 11, "first_line": 11, "element": "twice"}


def test_only_the_string_is_replaced() -> None:
    written = translate(STRINGS, UTF16, {"Bare": 'Голый "x"\n'})
    before, after = '"Bare"'.encode("utf-16-le"), '"Голый \\"x\\"\\n"'
    assert written == UTF16.replace(before, after.encode("utf-16-le"))


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ('"a" = "b"', Problem.TRUNCATED, 1),
        ('"a" = "b";\n"c', Problem.TRUNCATED, 2),
        ("/* never closed", Problem.TRUNCATED, 1),
        ('"a" "b";', Problem.SYNTAX, 1),
        ('"a" = ;', Problem.SYNTAX, 1),
        ('"a" = "b"\n"c" = "d";', Problem.SYNTAX, 2),
        ("<plist/>", Problem.SYNTAX, 1),
        ('"a" = "\\U0000";', Problem.NUL, 1),
        ('"a" = "\\Ud800";', Problem.ENCODING, 1),
    ],
)
def test_broken_strings_are_refused(text: str, problem: Problem, line: int) -> None:
    found, params = problem_of(STRINGS, text.encode())
    assert (found, params["line"]) == (problem, line)


def test_half_a_character_of_utf_16_is_refused() -> None:
    assert problem_of(STRINGS, UTF16[:-1])[0] is Problem.ENCODING


def test_each_variable_of_a_stringsdict_has_its_forms() -> None:
    units = [unit for unit in read(STRINGSDICT, DICT).units if unit.plural]
    files = [u for u in units if u.key.startswith("%d files in %d folders/files/")]
    assert [(u.plural.category, u.source) for u in files if u.plural] == [
        ("zero", "No <files> & more"),
        ("one", "%d file"),
        ("few", "%d files"),
        ("many", "%d files"),
        ("other", "%d files"),
    ]
    assert files[0].note == "Shown under the title"


def test_a_format_without_words_is_not_shown() -> None:
    contexts = [u.context for u in read(STRINGSDICT, DICT).units if not u.plural]
    assert contexts == ["%d files in %d folders", "wide", "wide"]


def test_the_written_plist_has_the_forms_of_the_language() -> None:
    wanted = {
        unit.key: Translation(f"<{unit.plural.category}>")
        for unit in read(STRINGSDICT, DICT).units
        if unit.plural
    }
    files = plistlib.loads(write(STRINGSDICT, DICT, wanted))["%d files in %d folders"]
    assert {k: v for k, v in files["files"].items() if not k.startswith("NS")} == {
        "zero": "<zero>", "one": "<one>", "few": "<few>", "many": "<many>",
        "other": "<other>",
    }  # fmt: skip
    assert files["NSStringLocalizedFormatKey"] == "%#@files@ in %#@folders@"


def test_forms_that_the_language_has_not_go() -> None:
    written = translate(STRINGSDICT, DICT, {"%d files": "%d 个"}, to="zh")
    files = plistlib.loads(written)["%d files in %d folders"]["files"]
    assert "one" not in files
    assert (files["zero"], files["other"]) == ("No <files> & more", "%d 个")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("<dict><key>a</key></dict>", Problem.SYNTAX),
        ("<dict><string>a</string></dict>", Problem.SYNTAX),
        ("<dict><key>a</key><key>b</key></dict>", Problem.SYNTAX),
        ("<dict><key>a</key><dict/><key>a</key><dict/></dict>", Problem.DUPLICATE),
        ("<array/>", Problem.MISSING),
        ("<dict><key>a</key>", Problem.SYNTAX),
    ],
)
def test_broken_property_lists_are_refused(body: str, problem: Problem) -> None:
    data = f"<plist>{body}</plist>".encode()
    assert problem_of(STRINGSDICT, data)[0] is problem
