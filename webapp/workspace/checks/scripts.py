"""Is it written in the script of its language?"""

import re
from collections.abc import Iterator

from webapp.workspace.checks.finding import Finding, warning
from webapp.workspace.checks.pair import Pair

_RANGES = {
    "Latin": "A-Za-zÀ-ÖØ-öø-ʯḀ-ỿ",
    "Greek": "Ͱ-Ͽἀ-῿",
    "Cyrillic": "Ѐ-ԯ",
    "Hebrew": "֐-׿",
    "Arabic": "؀-ۿݐ-ݿ",
    "Devanagari": "ऀ-ॿ",
    "Thai": "ก-๛",
    "Korean": "가-힯ᄀ-ᇿ",
    "Japanese": "぀-ヿ",
    "Chinese": "㐀-鿿",
}
_LETTERS = {name: re.compile(f"[{letters}]") for name, letters in _RANGES.items()}
_RUN = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(f"[{_RANGES['Latin']}]")
_LOOKALIKE = re.compile(f"[{_RANGES['Cyrillic']}{_RANGES['Greek']}]")
_MIXED = re.compile(
    f"[{_RANGES['Latin']}][{_RANGES['Cyrillic']}{_RANGES['Greek']}]"
    f"|[{_RANGES['Cyrillic']}{_RANGES['Greek']}][{_RANGES['Latin']}]"
)
_LATIN_LANGUAGES = (
    *("en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs"),
    *("sk", "hu", "ro", "tr", "vi", "id", "ca", "et", "lv", "lt", "hr", "sl"),
)
_SCRIPTS: dict[str, tuple[str, ...]] = {
    "zh": ("Chinese",),
    "ja": ("Japanese", "Chinese"),
    "ko": ("Korean", "Chinese"),
    "el": ("Greek",),
    "he": ("Hebrew",),
    "th": ("Thai",),
    **dict.fromkeys(("ru", "uk", "be", "bg", "mk"), ("Cyrillic",)),
    **dict.fromkeys(("ar", "fa", "ur"), ("Arabic",)),
    **dict.fromkeys(("hi", "mr", "ne"), ("Devanagari",)),
    **dict.fromkeys(_LATIN_LANGUAGES, ("Latin",)),
}
_LEAST_LETTERS = 4  # a shorter text may be a name


def script_check(pair: Pair) -> Iterator[Finding]:
    """No letter of the language's script, or letters of a script that neither the
    language nor the source has."""
    scripts = _SCRIPTS.get(pair.language)
    if scripts is None or "-latn" in pair.target_language.lower():
        return  # zh-Latn: the tag knows better than the table
    letters = "".join(_RUN.findall(pair.target_words))
    if len(letters) < _LEAST_LETTERS or pair.target == pair.source:
        return
    if not any(_LETTERS[script].search(letters) for script in scripts):
        yield warning("script_missing", script=scripts[0])
        return
    for script, pattern in _LETTERS.items():
        if script in scripts or script == "Latin" or pattern.search(pair.source):
            continue
        if match := re.search(f"[{_RANGES[script]}]+", pair.target_words):
            yield warning("script_strange", match.span(), script=script)


def lookalikes_check(pair: Pair) -> Iterator[Finding]:
    """Letters of two scripts side by side in a word: often one looks like the other."""
    if not _LOOKALIKE.search(pair.target_words) or not _LATIN.search(pair.target_words):
        return
    for match in _MIXED.finditer(pair.target_words):
        if match[0] not in pair.source:
            yield warning("lookalike", match.span(), text=match[0])
