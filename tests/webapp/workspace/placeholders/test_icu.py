"""Plurals and selects are taken apart, and what is wrong with one is found."""

import pytest

from webapp.workspace.placeholders.icu import IcuError, icu_parse, is_icu


def test_nested_messages_give_all_arguments_and_their_selectors() -> None:
    message = icu_parse(
        "{who, select, me {I have {n, plural, =0 {none} other {# of {all}}}} other {x}}"
    )
    assert [(each.name, each.kind, each.selectors) for each in message.arguments] == [
        ("all", "", ()),
        ("n", "plural", ("=0", "other")),
        ("who", "select", ("me", "other")),
    ]


def test_braces_in_quotes_are_words() -> None:
    assert icu_parse("it's '{n}' and {n, plural, other {'#' #}}").pieces == [
        (15, 34),
        (38, 39),
        (39, 41),
    ]


def test_an_offset_is_passed_over() -> None:
    [argument] = icu_parse("{n, plural, offset:1 one {#} other {#}}").arguments
    assert argument.selectors == ("one", "other")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{n, plural, one {a} other {b}", "close"),
        ("{n", "close"),
        ("{n, plural, one {a}}", "other"),
        ("{n, plural, one a}", "selector"),
        ("{n, plural}", "selector"),
        ("a } b", "open"),
        ("{ ,plural, other {a}}", "name"),
        ("{n, select, other {" * 30 + "}}" * 30, "deep"),
    ],
)
def test_a_broken_message_says_what_is_wrong(text: str, problem: str) -> None:
    with pytest.raises(IcuError) as caught:
        icu_parse(text)
    assert caught.value.problem == problem


def test_plain_braces_are_no_message() -> None:
    assert not is_icu("{n} of {when, date, short}")
    assert is_icu("{ n , select , a {b} other {c}}")
