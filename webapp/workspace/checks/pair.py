"""A source with its target, and what several checks want to know of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from webapp.workspace.formats.languages import language_base
from webapp.workspace.placeholders import Placeholder, placeholders_find
from webapp.workspace.placeholders.icu import is_icu
from webapp.workspace.terms.use import TermHit

BLANK = "\ue000"  # no letter, no space and no sign: what stands for placeholders


@dataclass(frozen=True)
class Pair:
    """`plural`: CLDR's category; `plural_examples`: numbers that take this form, where
    the format knows better. `forms`: targets of the other forms of the same plural.
    `elsewhere`: other targets that the same source has in the project."""

    source: str
    target: str
    source_language: str
    target_language: str
    placeholders: str = ""  # the format's hint: "python", "markdown"
    codes: Sequence[str] = ()
    max_length: int | None = None
    plural: str = ""
    plural_examples: Sequence[int] = ()
    forms: Sequence[str] = ()
    elsewhere: Sequence[str] = ()
    terms: Sequence[TermHit] = ()

    @cached_property
    def language(self) -> str:
        """The target's, without script and country."""
        return language_base(self.target_language)

    @cached_property
    def in_source(self) -> list[Placeholder]:
        return placeholders_find(self.source, self.codes)

    @cached_property
    def in_target(self) -> list[Placeholder]:
        return placeholders_find(self.target, self.codes)

    @cached_property
    def source_words(self) -> str:
        """The source with a BLANK for each character of a placeholder."""
        return _blanked(self.source, self.in_source)

    @cached_property
    def target_words(self) -> str:
        """The same of the target: positions are those of the target."""
        return _blanked(self.target, self.in_target)

    @cached_property
    def is_icu(self) -> bool:
        return is_icu(self.source)


def _blanked(text: str, placeholders: Sequence[Placeholder]) -> str:
    for placeholder in placeholders:
        start, end = placeholder.span
        text = text[:start] + BLANK * (end - start) + text[end:]
    return text
