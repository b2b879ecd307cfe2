"""Words without their inflections: light, so that unlike words stay unlike.

>>> stem("Files", "en"), stem("Häusern", "de"), stem("journaux", "fr")
('file', 'haus', 'journal')
"""

import re
import unicodedata
from functools import lru_cache

# What is cut off the end, the longest first, and what takes its place.
_ENDINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "en": (
        *(("sses", "ss"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh")),
        *(("ies", "y"), ("ied", "y"), ("ing", ""), ("ed", "")),
        *(("ss", "ss"), ("us", "us"), ("is", "is"), ("s", "")),
    ),
    "de": tuple((end, "") for end in ("ern", "em", "er", "en", "es", "e", "n", "s")),
    "fr": (
        *(("eaux", "eau"), ("aux", "al"), ("ees", ""), ("ee", "")),
        *(("es", ""), ("s", ""), ("x", ""), ("e", "")),
    ),
    "es": tuple((end, "") for end in ("es", "as", "os", "s", "a", "o", "e")),
    "pt": (("oes", "ao"), *((e, "") for e in ("es", "as", "os", "s", "a", "o", "e"))),
    "it": tuple((end, "") for end in ("hi", "he", "i", "e", "a", "o")),
    "nl": tuple((end, "") for end in ("en", "s", "e")),
}
_LEAST = {"de": 4}  # letters that stay, where they are not 3
_TWICE = {"de"}  # an ending may hide another: Ordner, Ordners
_DOUBLED = re.compile(r"([bdfgklmnprt])\1$")  # running, stopped


@lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """Small letters without marks and, in languages that we know, without endings."""
    folded = unicodedata.normalize("NFKD", word.casefold())
    folded = "".join(c for c in folded if not unicodedata.combining(c))
    name = language.partition("-")[0].lower()
    cut = _cut(folded, name)
    if name in _TWICE:
        cut = _cut(cut, name)
    return _english(folded, cut) if name == "en" else cut


def _cut(word: str, language: str) -> str:
    for ending, instead in _ENDINGS.get(language, ()):
        rest = word.removesuffix(ending) + instead
        if word.endswith(ending) and len(rest) >= _LEAST.get(language, 3):
            return rest
    return word


def _english(word: str, cut: str) -> str:
    """stop and stopping; delete, deletes and deleted."""
    if cut != word and word.endswith(("ing", "ed")):
        return _DOUBLED.sub(r"\1", cut)
    return cut[:-1] if len(cut) > 4 and cut.endswith("e") else cut
