"""Which parts of a text are placeholders."""

import pytest

from webapp.workspace.placeholders import Kind, placeholders_find, placeholders_same


def found(text: str) -> list[tuple[str, str]]:
    return [(each.kind.value, each.text) for each in placeholders_find(text)]


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("%s of %d", ["%s", "%d"]),
        ("%(count)d files, %(size).1f MB", ["%(count)d", "%(size).1f"]),
        ("%1$s and %2$@", ["%1$s", "%2$@"]),
        ("%-5.2f%%", ["%-5.2f", "%%"]),
        ("%{name} and %user.name%", ["%{name}", "%user.name%"]),
        ("%s%s", ["%s", "%s"]),
        ("%dpx", ["%d"]),
    ],
)
def test_it_finds_what_printf_fills_in(text: str, texts: list[str]) -> None:
    assert found(text) == [("printf", each) for each in texts]


@pytest.mark.parametrize(
    "text", ["100% sure", "100%discount", "5 < 6 > 4", "a & b", "costs $5.20", "a * b"]
)
def test_it_leaves_signs_in_sentences_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("{}", Kind.BRACE),
        ("{user.name!r:>10}", Kind.BRACE),
        ("{ $brand }", Kind.BRACE),
        ("{ NUMBER($x, digits: 2) }", Kind.BRACE),
        ("{when, date, short}", Kind.BRACE),
        ("{{ count }}", Kind.TEMPLATE),
        ("{% url 'home' %}", Kind.TEMPLATE),
        ("%1", Kind.QT),
        ("$name$", Kind.DOLLAR),
        ("${name}", Kind.DOLLAR),
        ("<!-- note -->", Kind.TAG),
        ('<a href="/x?a=1&amp;b=2">', Kind.TAG),
        ("<xliff:g id='1'>", Kind.TAG),
        ("&nbsp;", Kind.ENTITY),
        ("&#x2026;", Kind.ENTITY),
        ("`git add`", Kind.CODE),
        ("https://example.org/a?b=c", Kind.URL),
        ("me@example.org", Kind.EMAIL),
        ("[X7X]", Kind.MASK),
    ],
)
def test_it_knows_the_kind(text: str, kind: Kind) -> None:
    assert found(f"See {text} here") == [(kind.value, text)]


def test_an_address_ends_before_the_full_stop() -> None:
    assert found("See https://example.org/a.") == [("url", "https://example.org/a")]
    assert found("见https://example.org。") == [("url", "https://example.org")]


def test_a_link_s_brackets_and_bold_s_stars_are_found_and_their_words_are_not() -> None:
    assert found("[the **manual**](https://x.org)") == [
        ("link", "["),
        ("emphasis", "**"),
        ("emphasis", "**"),
        ("link", "](https://x.org)"),
    ]


def test_what_closes_is_the_partner_of_what_opens() -> None:
    placeholders = placeholders_find("<p>a <b>b</b><br>c</p> <i>")
    assert [each.partner for each in placeholders] == [4, 2, 1, None, 0, None]


def test_the_pieces_of_a_plural_form_a_chain() -> None:
    text = "{n, plural, one {# file in {place}} other {# files}}"
    assert [each.chain for each in placeholders_find(text)] == [0, 0, None, 0, 0, 0]


def test_a_broken_plural_is_no_chain() -> None:
    text = "{n, plural, one {# file} other {# files}"
    assert all(each.chain is None for each in placeholders_find(text))


def test_what_the_format_calls_markup_is_found_whatever_it_looks_like() -> None:
    assert [
        each.text for each in placeholders_find("a ⟦1⟧ b ⟦10⟧", ["⟦1⟧", "⟦10⟧"])
    ] == [
        "⟦1⟧",
        "⟦10⟧",
    ]


def test_the_same_ones_in_another_order_are_the_same() -> None:
    assert placeholders_same("%s in {place}", "{place}: %s")
    assert not placeholders_same("%s in {place}", "{place}")
    assert not placeholders_same("%s", "%s {place}")
