"""What a program or a page fills in must be in both."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from webapp.workspace.checks.finding import Finding, error, warning
from webapp.workspace.checks.pair import Pair
from webapp.workspace.formats.plurals import category_examples
from webapp.workspace.placeholders import Kind, Placeholder, placeholders_find
from webapp.workspace.placeholders.kinds import FORMATS

# Of these another number is no fault of the program's, but seldom meant.
_SOFT = frozenset({Kind.CODE, Kind.EMAIL, Kind.ENTITY, Kind.EMPHASIS, Kind.LINK})
_CHECKED = FORMATS | _SOFT | {Kind.MASK}
_POSITION = re.compile(r"%(\d+)\$")
_UNNAMED = re.compile(r"%[-+0#']*[\d.*]*(?:hh|h|ll|l|z|j|t|L)?[a-zA-Z@]")
_WHOLE_NUMBER = re.compile(r"%(?:\d+\$|\(\w+\))?[\d.]*l{0,2}[diu]|%n|\{[\w.:]*\}")

Named = dict[str, list[Placeholder]]


def placeholders_check(pair: Pair) -> Iterator[Finding]:
    """Missing ones, then those that the source does not have."""
    expected, found = _named(pair.in_source), _named(pair.in_target)
    missing = list(_surplus(expected, found, is_icu=pair.is_icu))
    if len(missing) == 1 and _goes_without(pair, missing[0]):
        missing = []
    for placeholder in missing:
        make = _severity(placeholder, expected, found)
        yield make("placeholder_missing", None, **_params(placeholder))
    for placeholder in _surplus(found, expected, is_icu=pair.is_icu):
        make = _severity(placeholder, expected, found)
        yield make("placeholder_added", placeholder.span, **_params(placeholder))


def _severity(
    placeholder: Placeholder, expected: Named, found: Named
) -> Callable[..., Finding]:
    """What is in both, though not as often, troubles no program."""
    is_in_both = any(placeholder in each for each in _shared(expected, found))
    return warning if is_in_both or placeholder.kind in _SOFT else error


def _shared(expected: Named, found: Named) -> Iterator[list[Placeholder]]:
    for name in expected.keys() & found.keys():
        yield expected[name]
        yield found[name]


def _params(placeholder: Placeholder) -> dict[str, str]:
    return {"text": placeholder.text, "kind": placeholder.kind.value}


def _named(placeholders: Iterable[Placeholder]) -> Named:
    """By what they stand for: the second "%s" and "%2$s" are the same."""
    named: Named = {}
    counts: Counter[Kind] = Counter()
    for placeholder in _opened(placeholders):
        if placeholder.kind in _CHECKED:
            named.setdefault(_name(placeholder, counts), []).append(placeholder)
    return named


def _opened(placeholders: Iterable[Placeholder]) -> Iterator[Placeholder]:
    """With what a program fills in between the marks of code, too."""
    for placeholder in placeholders:
        yield placeholder
        if placeholder.kind is Kind.CODE:
            first = placeholder.start + 1
            for inner in placeholders_find(placeholder.text[1:-1]):
                start, end = first + inner.start, first + inner.end
                yield replace(inner, start=start, end=end)


def _name(placeholder: Placeholder, counts: Counter[Kind]) -> str:
    text = placeholder.text
    if placeholder.kind is Kind.PRINTF:
        if position := _POSITION.match(text):
            return f"{position[1]} {text[-1]}"
        if text != "%%" and _UNNAMED.fullmatch(text):
            counts[Kind.PRINTF] += 1
            return f"{counts[Kind.PRINTF]} {text[-1]}"
    if text == "{}":
        counts[Kind.BRACE] += 1
        return f"{{{counts[Kind.BRACE] - 1}}}"
    if placeholder.kind is Kind.EMPHASIS or placeholder.kind is Kind.LINK:
        return text.partition("(")[0]  # an address may have a translation
    return "".join(text.split())


def _surplus(some: Named, others: Named, *, is_icu: bool) -> Iterator[Placeholder]:
    """In a plural each branch may have it again, or not."""
    for name, placeholders in some.items():
        there = len(others.get(name, ()))
        if not (is_icu and there):
            yield from placeholders[there:]


def _goes_without(pair: Pair, placeholder: Placeholder) -> bool:
    """A form for one number only may say it in a word: "one file"."""
    if not pair.plural or not _WHOLE_NUMBER.fullmatch(placeholder.text):
        return False
    by_category = category_examples(pair.target_language)
    return len(pair.plural_examples or by_category.get(pair.plural, ())) == 1


def urls_check(pair: Pair) -> Iterator[Finding]:
    expected = Counter(p.text for p in pair.in_source if p.kind is Kind.URL)
    found = Counter(p.text for p in pair.in_target if p.kind is Kind.URL)
    for text in (expected - found).elements():
        yield warning("url_missing", text=text)
    strange = found - expected
    for placeholder in pair.in_target:
        if placeholder.kind is Kind.URL and strange[placeholder.text] > 0:
            strange[placeholder.text] -= 1
            yield warning("url_added", placeholder.span, text=placeholder.text)
