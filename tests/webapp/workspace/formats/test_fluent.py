"""Fluent."""

from pathlib import Path

import pytest
from fluent.syntax import parse, serialize

from tests.webapp.workspace.formats.doors import (
    problem_of,
    read,
    translate,
    unit_of,
    write,
)
from webapp.workspace.formats.fluent_ftl import FORMAT
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.unit import Translation

UGLY = (Path(__file__).parent / "samples" / "ugly.ftl").read_bytes()
CHOICE = b"""mail = You have { $n ->
    [one] one mail
   *[other] { $n } mails
} now
"""


def test_values_attributes_and_terms_are_units() -> None:
    units = {unit.key: unit for unit in read(FORMAT, UGLY).units}
    assert units["hello"].source == "Hello, { $name }!"
    assert units["hello"].codes == ("{ $name }",)
    assert units["hello"].note == "A note,\nof two lines"
    assert units["-brand"].source == "Tandem"
    assert units["-brand/.gender"].source == "masculine"
    assert units["attribute-only/.label"].source == "Just a label"


def test_a_block_is_read_without_its_indentation_and_literals_as_text() -> None:
    unit = next(u for u in read(FORMAT, UGLY).units if u.key == "multi")
    assert unit.source == "First line\n  indented { -brand }\n\nlast { line"
    assert unit.codes == ("{ -brand }",)


def test_only_the_pattern_is_replaced() -> None:
    written = translate(FORMAT, UGLY, {"Hello, { $name }!": "{ $name }, привет"})
    assert written == UGLY.replace(b"Hello, { $name }!", "{ $name }, привет".encode())


def test_a_choice_is_a_code_and_its_variants_are_units() -> None:
    units = read(FORMAT, CHOICE, to="ru").units
    assert [(unit.key, unit.source) for unit in units] == [
        ("mail", "You have { $n -> … } now"),
        ("mail/1/[one]", "one mail"),
        ("mail/1/[few]", "{ $n } mails"),
        ("mail/1/[many]", "{ $n } mails"),
        ("mail/1/[other]", "{ $n } mails"),
    ]


def test_a_choice_inside_a_text_is_written_with_it() -> None:
    wanted = {
        "mail": Translation("Сейчас { $n -> … }"),
        "mail/1/[one]": Translation("одно письмо"),
        "mail/1/[few]": Translation("{ $n } письма"),
    }
    assert write(FORMAT, CHOICE, wanted).decode() == (
        "mail = Сейчас { $n ->\n"
        "    [one] одно письмо\n"
        "   *[other] { $n } mails\n"
        "    [few] { $n } письма\n"
        "}\n"
    )


def test_forms_that_the_language_has_not_go() -> None:
    written = translate(FORMAT, CHOICE, {"{ $n } mails": "{ $n } 封"}, to="zh")
    assert written.decode() == "mail = You have { $n ->\n   *[other] { $n } 封\n} now\n"


def test_ordinals_keep_their_forms() -> None:
    data = b"""a = { NUMBER($n, type: "ordinal") ->
    [two] 2nd
   *[other] nth
}
"""
    units = read(FORMAT, data, to="zh").units
    assert [(unit.source, unit.plural) for unit in units] == [
        ("2nd", None),
        ("nth", None),
    ]


def test_choices_by_other_things_keep_their_variants() -> None:
    data = b"a = { $sex ->\n    [male] his\n   *[other] their\n}\n"
    units = read(FORMAT, data, to="zh").units
    assert [(unit.source, unit.plural) for unit in units] == [
        ("his", None),
        ("their", None),
    ]


@pytest.mark.parametrize(
    "text", ["a { b", "}", "[x]\n[y]", "*a\n*b", ".c\n.d", "  x  "]
)
def test_what_fluent_would_take_for_syntax_is_written_as_literals(text: str) -> None:
    written = translate(FORMAT, b"a =\n    Block\nb = c\n", {"Block": text})
    assert len(parse(written.decode()).body) == 2
    assert serialize(parse(written.decode())).count("=") == 2
    assert unit_of(read(FORMAT, written), text).key == "a"


def test_every_changed_sample_is_still_fluent() -> None:
    wanted = {u.key: Translation(f"«{u.source}»") for u in read(FORMAT, UGLY).units}
    written = write(FORMAT, UGLY, wanted)
    assert {u.key: u.source for u in read(FORMAT, written).units} == {
        key: one.text for key, one in wanted.items()
    }


def test_a_doubled_placeable_is_refused() -> None:
    with pytest.raises(FormatError) as caught:
        translate(FORMAT, b"a = { $n }\n", {"{ $n }": "{ $n }{ $n }"})
    assert caught.value.problem is Problem.BROKEN_CODES


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("a = b\nnot an entry\nc = d\n", Problem.SYNTAX, 2),
        ("a = b\nc = { $x\nd = e\n", Problem.SYNTAX, 3),
        ("a = b\nc = { $x", Problem.TRUNCATED, 2),
        ("a = b\na = c\n", Problem.DUPLICATE, 2),
        ("a = b\n    .x = 1\n    .x = 2\n", Problem.DUPLICATE, 3),
        ("a = " + "{" * 10_000, Problem.TOO_DEEP, 1),
        ('a = { "\\u0000" }\n', Problem.NUL, 1),
    ],
)
def test_broken_fluent_is_refused(text: str, problem: Problem, line: int) -> None:
    found, params = problem_of(FORMAT, text.encode())
    assert (found, params["line"]) == (problem, line)
