"""JSON catalogues."""

import itertools
import json
from pathlib import Path

import pytest

from tests.webapp.workspace.formats.doors import (
    SMALL,
    problem_of,
    read,
    translate,
    unit_of,
    write,
)
from webapp.workspace.formats.json_catalog import FORMAT
from webapp.workspace.formats.problem import Problem
from webapp.workspace.formats.unit import PlaceholderStyle, Translation

SAMPLES = Path(__file__).parent / "samples"
UGLY = (SAMPLES / "ugly.json").read_bytes()
PLURAL = b'{\n  "n_one": "{{n}} day",\n  "n_other": "{{n}} days"\n}\n'


def test_each_string_is_a_unit_under_its_path() -> None:
    units = read(FORMAT, UGLY).units
    contexts = [unit.context for unit in units if unit.plural is None]
    assert contexts == [
        "menu.open", "menu.open/close", "another", "", "list.[0]", "list.[1].[0]",
        "list.[1].[1].three", "only_other",
    ]  # fmt: skip
    assert unit_of(read(FORMAT, UGLY), "four").line == 8


def test_only_the_string_is_replaced() -> None:
    written = translate(FORMAT, UGLY, {"Open / close": "Открыть / закрыть", "two": "2"})
    after = UGLY.replace(rb'"Open \/ close"', '"Открыть / закрыть"'.encode())
    assert written == after.replace(b'"two"', b'"2"')


def test_a_file_of_ascii_escapes_stays_one() -> None:
    compact = (SAMPLES / "compact.json").read_bytes()
    written = translate(FORMAT, compact, {"é😀": "ж😀"})
    assert rb'"esc":"\u0436\ud83d\ude00"' in written
    assert json.loads(written)["esc"] == "ж😀"


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("Hello, {{name}}", PlaceholderStyle.BRACE),
        ("{n, plural, one {# day} other {# days}}", PlaceholderStyle.ICU),
        ("%(name)s", PlaceholderStyle.PYTHON),
        ("%1$s of %d", PlaceholderStyle.PRINTF),
        ("<b>now</b>", PlaceholderStyle.HTML),
        ("50 % of it", PlaceholderStyle.NONE),
    ],
)
def test_it_guesses_placeholders(text: str, style: PlaceholderStyle) -> None:
    data = json.dumps([text]).encode()
    assert read(FORMAT, data).units[0].placeholders is style


def test_i18next_plurals_have_the_forms_of_the_target() -> None:
    units = read(FORMAT, PLURAL, to="ru").units
    forms = [(unit.plural.category, unit.source) for unit in units if unit.plural]
    assert forms == [
        ("one", "{{n}} day"),
        ("few", "{{n}} days"),
        ("many", "{{n}} days"),
        ("other", "{{n}} days"),
    ]


def test_forms_that_are_missing_are_added_in_the_files_manner() -> None:
    wanted = {unit.key: Translation("Ж") for unit in read(FORMAT, PLURAL).units}
    assert write(FORMAT, PLURAL, wanted).decode() == (
        '{\n  "n_one": "Ж",\n  "n_other": "Ж",\n  "n_few": "Ж",\n  "n_many": "Ж"\n}\n'
    )


@pytest.mark.parametrize(
    "order", list(itertools.permutations(["one", "few", "many", "other"]))
)
@pytest.mark.parametrize("others", [("", ""), ('"a": "b",\n ', ',\n "z": "y"')])
def test_forms_that_the_language_has_not_go(
    order: tuple[str, ...], others: tuple[str, str]
) -> None:
    forms = ", ".join(f'"n_{category}": "{category}"' for category in order)
    data = f"{{{others[0]}{forms}{others[1]}}}".encode()
    parsed = FORMAT.read(data, source_language="ru", target_language="zh")
    wanted = {u.key: Translation("天") for u in parsed.units if u.plural}
    written = FORMAT.write(data, wanted, source_language="ru", target_language="zh")
    kept = {"a": "b", "z": "y"} if others[0] else {}
    assert json.loads(written) == {**kept, "n_other": "天"}


def test_ordinals_keep_their_forms() -> None:
    data = b'{"n_ordinal_two": "{{n}}nd", "n_ordinal_other": "{{n}}th"}'
    units = read(FORMAT, data, to="zh").units
    assert [(unit.context, unit.plural) for unit in units] == [
        ("n_ordinal_two", None),
        ("n_ordinal_other", None),
    ]


def test_a_name_that_only_ends_like_a_plural_is_none() -> None:
    assert unit_of(read(FORMAT, UGLY), "Not a plural").plural is None


@pytest.mark.parametrize(
    ("data", "problem", "line"),
    [
        (b'{"a": "b"', Problem.TRUNCATED, 1),
        (b'{\n"a": "b', Problem.TRUNCATED, 2),
        (b'{"a":\n', Problem.TRUNCATED, 2),
        (b"", Problem.TRUNCATED, 1),
        (b'{"a": "b",\n}', Problem.SYNTAX, 2),
        (b'{"a" "b"}', Problem.SYNTAX, 1),
        (b"[1\n2]", Problem.SYNTAX, 2),
        (b'["a\nb"]', Problem.SYNTAX, 1),
        (b'["\\x"]', Problem.SYNTAX, 1),
        (b"[] []", Problem.SYNTAX, 1),
        (b"// a comment\n[]", Problem.SYNTAX, 1),
        (b"[NaN]", Problem.SYNTAX, 1),
        (b'{"a": 1,\n"a": 2}', Problem.DUPLICATE, 2),
        (b'["\\u0000"]', Problem.NUL, 1),
        (b'["\\ud800"]', Problem.ENCODING, 1),
        (b"[" * 1_000_000, Problem.TOO_DEEP, 1),
        (b'{"a":' * 1_000_000, Problem.TOO_DEEP, 1),
    ],
)
def test_what_is_no_json_is_refused(data: bytes, problem: Problem, line: int) -> None:
    found, params = problem_of(FORMAT, data)
    assert (found, params["line"]) == (problem, line)


def test_a_text_beyond_the_limit_is_refused() -> None:
    data = json.dumps(["x" * 1_001]).encode()
    assert problem_of(FORMAT, data, limits=SMALL) == (
        Problem.UNIT_TOO_LONG,
        {"line": 1, "limit": 1_000},
    )
