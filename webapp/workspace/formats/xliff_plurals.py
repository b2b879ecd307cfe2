"""Plural messages of XLIFF 1.2, which has no way of its own for them.

gettext's: a group with `restype="x-gettext-plurals"` has a unit for each form, whose
ids end in the form's number, `7[1]` (XLIFF 1.2 Representation Guide for Gettext PO).
Apple's: the ids end in the form's category, `%d files|==|plural.one`.
"""

import re

from webapp.workspace.formats.plurals import (
    CATEGORIES,
    category_examples,
    plural_examples,
    plural_rule,
)
from webapp.workspace.formats.unit import PluralForm, unit_key
from webapp.workspace.formats.xml_scan import Element

_NUMBERED = re.compile(r"\[(\d{1,2})\]$")
_NAMED = re.compile(rf"^(.*)\|==\|.*plural\.({'|'.join(CATEGORIES)})$", re.DOTALL)


def numbered_forms(
    group: Element, language: str, file_number: int
) -> dict[int, PluralForm]:
    """By the units' starts. None if the group has not as many forms as the language
    needs: which number is which would be a guess."""
    if group.get("restype") != "x-gettext-plurals":
        return {}
    rule = plural_rule(language)
    numbers = {
        unit.start: int(found[1])
        for unit in group.all("trans-unit")
        if (found := _NUMBERED.search(unit.get("id")))
    }
    if sorted(numbers.values()) != list(range(rule.num_forms)):
        return {}
    examples = plural_examples(rule.expression, rule.num_forms)
    key = unit_key(str(file_number), group.get("id") or str(group.start))
    return {
        start: PluralForm(key, number, rule.categories[number], examples[number])
        for start, number in numbers.items()
    }


def named_form(unit: Element, language: str, file_number: int) -> PluralForm | None:
    found = _NAMED.match(unit.get("id"))
    if found is None:
        return None
    message, category = found.groups()
    return PluralForm(
        unit_key(str(file_number), message),
        CATEGORIES.index(category),
        category,
        category_examples(language).get(category, ()),
    )
