"""Plural forms of languages."""

import pytest

from webapp.workspace.formats.plural_units import wanted_forms
from webapp.workspace.formats.plurals import (
    _RULES,
    category_examples,
    expression_is_sound,
    plural_categories,
    plural_rule,
)

LANGUAGES = sorted(name for names in _RULES for name in names.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_rule_numbers_its_own_forms(language: str) -> None:
    rule = plural_rule(language)
    assert expression_is_sound(rule.expression, rule.num_forms)
    assert rule.categories[-1] == "other"
    # "other" may be there for fractions alone; all others have whole numbers.
    assert len(rule.categories) - rule.num_forms in (0, 1)
    examples = category_examples(language)
    assert all(examples[name] for name in rule.categories[:-1])


@pytest.mark.parametrize(
    ("language", "categories"),
    [
        ("zh-Hans", ("other",)),
        ("pt_BR", ("one", "other")),
        ("ru", ("one", "few", "many", "other")),
        ("sr@latin", ("one", "few", "other")),
        ("ar", ("zero", "one", "two", "few", "many", "other")),
        ("tlh", ("one", "other")),
        ("", ("one", "other")),
    ],
)
def test_languages_have_their_forms(language: str, categories: tuple[str, ...]) -> None:
    assert plural_categories(language) == categories


def test_french_counts_nought_as_one_and_portuguese_does_so_in_brazil() -> None:
    assert category_examples("fr")["one"] == (0, 1)
    assert category_examples("pt-BR")["one"] == (0, 1)
    assert category_examples("pt")["one"] == (1,)


def test_a_form_for_nought_stays_in_every_language() -> None:
    forms = wanted_forms("g", ["zero", "other"], "en")
    assert [(form.index, form.category) for form in forms] == [
        (0, "zero"),
        (1, "one"),
        (2, "other"),
    ]
    assert forms[0].examples == (0,)
