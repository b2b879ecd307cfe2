"""All checks of one segment: a millisecond, so they run while somebody types."""

from collections.abc import Callable, Iterable, Sequence

from webapp.workspace.checks import (
    brackets,
    characters,
    context,
    icu,
    length,
    markdown,
    markup,
    numbers,
    placeholders,
    punctuation,
    scripts,
    spaces,
    words,
)
from webapp.workspace.checks.finding import Finding, Severity
from webapp.workspace.checks.pair import Pair
from webapp.workspace.terms.use import TermHit

Check = Callable[[Pair], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    placeholders.placeholders_check,
    placeholders.urls_check,
    markup.tags_check,
    markup.ampersands_check,
    icu.icu_check,
    context.plurals_check,
    length.max_length_check,
    length.ratio_check,
    spaces.edges_check,
    spaces.double_spaces_check,
    spaces.newlines_check,
    spaces.escapes_check,
    characters.control_check,
    characters.unseen_check,
    characters.kashida_check,
    scripts.script_check,
    scripts.lookalikes_check,
    punctuation.ends_check,
    punctuation.beginnings_check,
    punctuation.ellipses_check,
    punctuation.signs_check,
    brackets.brackets_check,
    brackets.quotes_check,
    numbers.numbers_check,
    words.unchanged_check,
    words.doubled_words_check,
    words.capitals_check,
    markdown.markdown_check,
    context.terms_check,
    context.consistency_check,
)


def checks_run(
    source: str,
    target: str,
    *,
    source_language: str,
    target_language: str,
    placeholders: str = "",
    codes: Sequence[str] = (),
    max_length: int | None = None,
    plural: str = "",
    plural_examples: Sequence[int] = (),
    forms: Sequence[str] = (),
    elsewhere: Sequence[str] = (),
    terms: Sequence[TermHit] = (),
) -> list[Finding]:
    """Errors first. Of an empty target there is nothing to say."""
    if not target.strip():
        return []
    pair = Pair(
        source=source,
        target=target,
        source_language=source_language,
        target_language=target_language,
        placeholders=placeholders,
        codes=codes,
        max_length=max_length,
        plural=plural,
        plural_examples=plural_examples,
        forms=forms,
        elsewhere=elsewhere,
        terms=terms,
    )
    found = [finding for check in CHECKS for finding in check(pair)]
    return sorted(found, key=lambda finding: finding.severity is not Severity.ERROR)
