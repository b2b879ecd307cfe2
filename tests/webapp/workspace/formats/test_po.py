"""gettext catalogues."""

import shutil
import subprocess
from pathlib import Path

import django
import polib
import pytest

from tests.webapp.workspace.formats.doors import (
    problem_of,
    read,
    translate,
    unit_of,
    write,
)
from webapp.workspace.formats.po import FORMAT
from webapp.workspace.formats.problem import Problem
from webapp.workspace.formats.unit import PlaceholderStyle, Translation, UnitState

SAMPLES = Path(__file__).parent / "samples"
LOCALES = Path(django.__file__).parent / "conf" / "locale"
UGLY = (SAMPLES / "ugly.po").read_bytes()
TEMPLATE = (SAMPLES / "template.pot").read_bytes()
HEADER = (
    'msgid ""\nmsgstr ""\n"Language: fr\\n"\n'
    '"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=n > 1;\\n"\n\n'
)
needs_msgfmt = pytest.mark.skipif(
    shutil.which("msgfmt") is None, reason="gettext's msgfmt is not installed"
)


def po(text: str) -> bytes:
    return (HEADER + text).encode()


def check_with_msgfmt(data: bytes, path: Path) -> None:
    path.write_bytes(data.removeprefix(b"\xef\xbb\xbf"))  # msgfmt wants no mark
    command = ["msgfmt", "--check", "-o", "/dev/null", str(path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_it_reads_what_a_catalogue_tells_of_a_text() -> None:
    unit = read(FORMAT, UGLY).units[0]
    assert (unit.source, unit.target) == ("Open %(name)s", "Открыть %(name)s")
    assert unit.context == "button"
    assert unit.note == "Shown on the button."
    assert unit.location == "a.py:1 b.py:22 c.py:333"
    assert unit.placeholders is PlaceholderStyle.PYTHON
    assert unit.state is UnitState.TRANSLATED


def test_the_same_text_in_two_contexts_has_two_keys() -> None:
    first, second = (u for u in read(FORMAT, UGLY).units if u.source.startswith("Open"))
    assert first.key != second.key
    assert second.state is UnitState.EMPTY


def test_it_reads_escapes_and_strings_over_several_lines() -> None:
    unit = next(u for u in read(FORMAT, UGLY).units if u.state is UnitState.FUZZY)
    assert unit.source == 'First line\nSecond "quoted" line, tab\there\n'
    assert unit.target == "Первая строка\nВторая \\ строка\n"


def test_each_plural_form_is_a_unit_with_examples() -> None:
    forms = [unit for unit in read(FORMAT, UGLY).units if unit.plural]
    assert [unit.source for unit in forms] == ["%d file", "%d files", "%d files"]
    assert [unit.target for unit in forms] == ["%d файл", "%d файла", "%d файлов"]
    assert len({unit.plural.group for unit in forms if unit.plural}) == 1
    assert [u.plural.category for u in forms if u.plural] == ["one", "few", "many"]
    assert [u.plural.examples[0] for u in forms if u.plural] == [1, 2, 0]
    assert forms[0].max_length == 30


def test_it_states_the_files_languages() -> None:
    assert read(FORMAT, po("")).target_language == "fr"
    assert read(FORMAT, TEMPLATE).target_language == ""


def test_only_the_changed_translation_differs() -> None:
    written = translate(FORMAT, UGLY, {"joined strings": "новое"})
    assert written == UGLY.replace(b'"a" "b"', '"новое"'.encode())


def test_a_translation_of_a_fuzzy_text_takes_the_mark_away() -> None:
    data = po('#, fuzzy, c-format\n#| msgid "Old"\nmsgid "New"\nmsgstr "Vieux"\n')
    written = translate(FORMAT, data, {"New": "Neuf"})
    assert written == po('#, c-format\nmsgid "New"\nmsgstr "Neuf"\n')


def test_approving_a_fuzzy_text_as_it_is_takes_only_the_mark_away() -> None:
    data = po('#, fuzzy\nmsgid "New"\nmsgstr   "Neuf"\n')
    assert translate(FORMAT, data, {"New": "Neuf"}) == po(
        'msgid "New"\nmsgstr   "Neuf"\n'
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('msgid "A"\nmsgstr ""\n', '#, fuzzy\nmsgid "A"\nmsgstr "B"\n'),
        (
            '#: x.c:1\n#, c-format\nmsgid "A"\nmsgstr ""\n',
            '#: x.c:1\n#, fuzzy, c-format\nmsgid "A"\nmsgstr "B"\n',
        ),
    ],
)
def test_a_text_that_needs_work_is_marked_fuzzy(before: str, after: str) -> None:
    unit = read(FORMAT, po(before)).units[0]
    wanted = {unit.key: Translation("B", UnitState.FUZZY)}
    assert write(FORMAT, po(before), wanted) == po(after)


def test_an_empty_translation_takes_the_text_out() -> None:
    data = po('#, fuzzy\nmsgid "A"\nmsgstr "B"\n')
    assert translate(FORMAT, data, {"A": ""}) == po('msgid "A"\nmsgstr ""\n')


def test_line_breaks_at_the_ends_follow_the_source() -> None:
    data = po('msgid "\\nA\\n"\nmsgstr ""\n')
    written = translate(FORMAT, data, {"\nA\n": "B"})
    assert read(FORMAT, written).units[0].target == "\nB\n"


def test_a_long_text_is_wrapped_like_gettext_does() -> None:
    text = "word " * 30 + "end"
    written = translate(FORMAT, po('msgid "A"\nmsgstr ""\n'), {"A": text})
    assert all(len(line) <= 80 for line in written.decode().split("\n"))
    assert polib.pofile(written.decode())[0].msgstr == text


def test_a_long_text_stays_on_one_line_in_a_file_that_wraps_none() -> None:
    long = "word " * 30 + "end"
    data = po(f'msgid "{long}"\nmsgstr ""\n')
    assert f'msgstr "{long}!"\n'.encode() in translate(FORMAT, data, {long: f"{long}!"})


@needs_msgfmt
@pytest.mark.parametrize("language", ["ru", "zh-Hans", "ar", "fr", "sr@latin"])
def test_a_translated_template_is_a_catalogue(language: str, tmp_path: Path) -> None:
    units = read(FORMAT, TEMPLATE, to=language).units
    wanted = {unit.key: Translation(f"«{unit.source}»") for unit in units}
    written = write(FORMAT, TEMPLATE, wanted, to=language)
    check_with_msgfmt(written, tmp_path / "out.po")
    assert [unit.target for unit in read(FORMAT, written, to=language).units] == [
        f"«{unit.source}»" for unit in units
    ]


def test_a_template_gets_the_plural_forms_of_the_language() -> None:
    one = read(FORMAT, TEMPLATE, to="zh").units
    assert [unit.source for unit in one] == ["%d days left", "Save"]
    written = translate(FORMAT, TEMPLATE, {"Save": "保存"}, to="zh").decode()
    assert '"Plural-Forms: nplurals=1; plural=0;\\n"' in written
    assert '"Language: zh\\n"' in written
    assert '"Content-Type: text/plain; charset=UTF-8\\n"' in written
    assert "msgstr[1]" not in written
    assert '#, fuzzy\nmsgid ""' not in written


def test_forms_that_are_missing_are_added_in_order() -> None:
    data = po('msgid "day"\nmsgid_plural "days"\nmsgstr[0] ""\n')
    second = read(FORMAT, data, to="fr").units[1]
    written = write(FORMAT, data, {second.key: Translation("jours")}, to="fr")
    assert written.endswith(b'msgstr[0] ""\nmsgstr[1] "jours"\n')


@needs_msgfmt
def test_msgfmt_accepts_an_ugly_catalogue_translated(tmp_path: Path) -> None:
    wanted = {
        unit.key: Translation(f"{unit.source.strip()} ж\t\\ \"'")
        for unit in read(FORMAT, UGLY).units
    }
    written = write(FORMAT, UGLY, wanted)
    check_with_msgfmt(written, tmp_path / "out.po")
    assert '#~ msgid "Gone"\n#~ msgstr "Ушло"\n'.encode() in written


def djangos(locale: str) -> bytes:
    return (LOCALES / locale / "LC_MESSAGES" / "django.po").read_bytes()


@pytest.mark.parametrize("locale", ["de", "sv", "ja", "pl", "ru", "zh_Hans"])
def test_it_reads_djangos_catalogues_as_polib_does(locale: str) -> None:
    expected = []
    for entry in polib.pofile(djangos(locale).decode()):
        if not entry.obsolete:
            texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
            expected.append((entry.msgctxt or "", entry.msgid, texts, entry.fuzzy))
    found: list[tuple[str, str, list[str], bool]] = []
    for unit in read(FORMAT, djangos(locale), to=locale).units:
        is_fuzzy = unit.state is UnitState.FUZZY
        if unit.plural and unit.plural.index:
            found[-1][2].append(unit.target)
        else:
            found.append((unit.context, unit.source, [unit.target], is_fuzzy))
    if locale not in ("ja", "zh_Hans"):  # whose only form is that of many
        assert found == expected
    assert [one[2] for one in found] == [one[2] for one in expected]


@needs_msgfmt
@pytest.mark.parametrize("locale", ["ar", "de", "ru", "zh_Hans"])
def test_msgfmt_accepts_djangos_catalogues_translated_anew(
    locale: str, tmp_path: Path
) -> None:
    data = djangos(locale)
    units = read(FORMAT, data, to=locale).units
    wanted = {unit.key: Translation(f"{unit.source}\u200f") for unit in units}
    written = write(FORMAT, data, wanted, to=locale)
    check_with_msgfmt(written, tmp_path / "out.po")
    assert {u.key: u.target for u in read(FORMAT, written, to=locale).units} == {
        unit.key: f"{unit.source}\u200f" for unit in units
    }


def test_a_catalogue_without_header_gets_one_when_it_is_translated() -> None:
    written = translate(FORMAT, b'msgid "A"\nmsgstr ""\n', {"A": "Ж"})
    catalogue = polib.pofile(written.decode())
    assert catalogue.metadata["Content-Type"] == "text/plain; charset=UTF-8"
    assert catalogue[0].msgstr == "Ж"


def test_letters_that_the_encoding_has_not_make_the_file_utf_8() -> None:
    data = (SAMPLES / "windows.po").read_bytes()
    assert read(FORMAT, data).encoding == "iso8859-2"
    polish = translate(FORMAT, data, {"Yes": "Tak, żółw"})
    assert "Tak, żółw".encode("iso-8859-2") in polish
    russian = translate(FORMAT, data, {"Yes": "Да"})
    assert b"charset=UTF-8" in russian
    assert unit_of(read(FORMAT, russian), "Turtle").target == "Żółw"


def test_a_wrong_encoding_is_refused_with_its_line() -> None:
    data = po('# fine\nmsgid "A"\nmsgstr ""\n') + b'# \xff\xfe\nmsgid "B"\nmsgstr ""\n'
    assert problem_of(FORMAT, data) == (
        Problem.ENCODING,
        {"encoding": "utf-8", "line": 10},
    )


@pytest.mark.parametrize("charset", ["no-such", "zip", "punycode", "undefined"])
def test_an_encoding_that_is_none_is_refused(charset: str) -> None:
    data = HEADER.replace("UTF-8", charset).encode()
    assert problem_of(FORMAT, data) == (
        Problem.ENCODING_UNKNOWN,
        {"encoding": charset},
    )


def test_a_text_twice_is_refused_with_both_lines() -> None:
    entry = 'msgctxt "c"\nmsgid "A"\nmsgstr ""\n\n'
    assert problem_of(FORMAT, po(entry + entry)) == (
        Problem.DUPLICATE,
        {"line": 12, "first_line": 8, "element": "A"},
    )


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ('msgid "A"\nmsgid "B"\nmsgstr ""\n', 8, "msgstr"),
        ('msgstr "A"\n', 7, "msgid"),
        ('msgid "A" junk\nmsgstr ""\n', 7, "msgid"),
        ('msgid "A\nmsgstr ""\n', 7, '"'),
        ('msgid\nmsgstr ""\n', 7, '"'),
        ('msgid "A"\nmsgid_plural "B"\nmsgstr ""\n', 9, "msgstr[0]"),
        ('msgid "A"\nmsgid_plural "B"\nmsgstr[1] ""\n', 9, "msgstr[0]"),
        ('msgid "A"\nmsgstr[0] ""\n', 8, "msgstr"),
        ('msgid "A"\nmsgstr ""\nmsgstr ""\n', 9, "msgid"),
    ],
)
def test_broken_syntax_is_refused_with_its_line(
    text: str, line: int, expected: str
) -> None:
    problem, params = problem_of(FORMAT, po(text))
    assert problem is Problem.SYNTAX
    assert (params["line"], params["expected"]) == (line, expected)


@pytest.mark.parametrize(
    ("text", "element"),
    [('msgid "A"\n', "msgid"), ('msgid "A"\nmsgstr "B', "msgstr")],
)
def test_a_catalogue_that_ends_too_early_is_refused(text: str, element: str) -> None:
    problem, params = problem_of(FORMAT, po(text))
    assert (problem, params["element"]) == (Problem.TRUNCATED, element)


@pytest.mark.parametrize(
    "expression", ["n/0", "9", "n**99999", "__import__('os')", "(" * 900, "n" * 2_000]
)
def test_a_plural_rule_that_is_none_gives_way_to_the_languages_own(
    expression: str,
) -> None:
    header = HEADER.replace("n > 1", expression)
    data = f'{header}msgid "a"\nmsgid_plural "b"\nmsgstr[0] ""\nmsgstr[1] ""\n'
    assert len(read(FORMAT, data.encode(), to="pl").units) == 3
