"""What other texts say: the plural's other forms, the project, the terms."""

from collections.abc import Iterator

from webapp.workspace.checks.finding import Finding, error, warning
from webapp.workspace.checks.pair import Pair
from webapp.workspace.terms.use import Status, term_uses


def plurals_check(pair: Pair) -> Iterator[Finding]:
    if not pair.plural or not pair.forms:
        return
    if not all(form.strip() for form in pair.forms):
        yield warning("plural_missing")
    elif all(form == pair.target for form in pair.forms):
        yield warning("plural_same")


def consistency_check(pair: Pair) -> Iterator[Finding]:
    others = [other for other in pair.elsewhere if other and other != pair.target]
    if others:
        yield warning("inconsistent", other=others[0], count=len(others))


def terms_check(pair: Pair) -> Iterator[Finding]:
    for use in term_uses(pair.terms, pair.target, pair.target_language):
        wanted = [use.hit.text] if use.hit.is_untranslatable else list(use.hit.targets)
        if use.status is Status.FORBIDDEN:
            start, end = use.spans[0]
            text = pair.target[start:end]
            yield error("term_forbidden", (start, end), text=text, term=use.hit.text)
        elif use.status is Status.MISSED:
            yield warning("term_missed", term=use.hit.text, targets=wanted)
