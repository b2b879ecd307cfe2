"""Plural messages of formats that name their forms by CLDR's categories."""

from collections.abc import Collection

from webapp.workspace.formats.plurals import (
    CATEGORIES,
    category_examples,
)
from webapp.workspace.formats.unit import PluralForm


def wanted_forms(
    group: str, present: Collection[str], language: str
) -> list[PluralForm]:
    """The forms that a message needs in the language. A "zero" that is in the source
    stays: programs use it for nought in every language."""
    examples = category_examples(language)
    if "zero" in present:
        examples.setdefault("zero", (0,))
    ordered = [category for category in CATEGORIES if category in examples]
    return [
        PluralForm(group, index, category, examples[category])
        for index, category in enumerate(ordered)
    ]
