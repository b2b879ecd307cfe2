"""Words: doubled, untranslated, with two capitals."""

import re
from collections.abc import Iterator

from webapp.workspace.checks.finding import Finding, warning
from webapp.workspace.checks.pair import BLANK, Pair
from webapp.workspace.formats.languages import language_base

_DOUBLED = re.compile(r"\b([^\W\d_]+)[ \u00a0]+(\1)\b", re.IGNORECASE)
_CAPITALS = re.compile(r"\b[^\W\d_a-z]{2}[a-zà-ÿ]{2,}\b")
_WORD = re.compile(r"[^\W\d_]{3,}")
# Some words stand twice in good sentences.
_ALLOWED = {
    "fr": frozenset({"nous", "vous"}),
    "de": frozenset({"die", "der", "das", "sie", "den"}),
    "nl": frozenset({"dat", "die"}),
    "id": frozenset({"masing"}),
    "vi": frozenset({"luôn"}),
}


def doubled_words_check(pair: Pair) -> Iterator[Finding]:
    if _DOUBLED.search(pair.source_words):
        return
    allowed = _ALLOWED.get(pair.language, frozenset())
    for match in _DOUBLED.finditer(pair.target_words):
        if match[1].casefold() not in allowed:
            yield warning("doubled_word", match.span(), text=match[2])


def unchanged_check(pair: Pair) -> Iterator[Finding]:
    """Two words or more of the source, left as they are."""
    if pair.target != pair.source:
        return
    if language_base(pair.source_language) == pair.language:
        return
    if len(_WORD.findall(_without_names(pair))) > 1:
        yield warning("unchanged")


def _without_names(pair: Pair) -> str:
    """What is not to be translated is no reason to complain."""
    words = pair.source_words
    for term in pair.terms:
        if term.is_untranslatable:
            blank = BLANK * (term.end - term.start)
            words = words[: term.start] + blank + words[term.end :]
    return words


def capitals_check(pair: Pair) -> Iterator[Finding]:
    """HEllo: the shift key was held too long."""
    if _CAPITALS.search(pair.source_words):
        return
    for match in _CAPITALS.finditer(pair.target_words):
        if match[0][0].isupper() and match[0][1].isupper():
            yield warning("two_capitals", match.span(), text=match[0])
