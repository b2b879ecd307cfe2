"""How a text begins and ends, by the habits of its language."""

import re
from collections.abc import Iterator

from webapp.workspace.checks.finding import Finding, warning
from webapp.workspace.checks.pair import BLANK, Pair

# What each sign is, whatever the script.
_ENDS = {
    "stop": ".。．।۔։።᙮",
    "colon": ":：፡",
    "question": "?？؟՞፧⸮",
    "exclamation": "!！՜",
    "ellipsis": "…⋯",
    "semicolon": ";；؛",
}
_CLASS = {sign: name for name, signs in _ENDS.items() for sign in signs}
_BEHIND = " \t\n\u00a0\u202f\"'”’»›」』）)]*_" + BLANK  # may stand after the last sign
_BEGINNINGS = "-–—•*#/>…"
_ENDLESS = frozenset({"th", "lo", "my", "km"})  # write no full stop


def ends_check(pair: Pair) -> Iterator[Finding]:
    """The same kind of sign at the end, in the form of the language."""
    expected = _end(pair.source_words, pair.source_language)
    found = _end(pair.target_words, pair.language)
    if expected == found:
        return
    if "stop" in (expected, found) and pair.language in _ENDLESS:
        return
    last = len(pair.target_words.rstrip(_BEHIND))
    yield warning("end_sign", (max(last - 1, 0), last), expected=expected, found=found)


def _end(text: str, language: str) -> str:
    """
    >>> _end("Really?”", "en"), _end("Wait ...", "en"), _end("Αλήθεια;", "el")
    ('question', 'ellipsis', 'question')
    """
    bare = text.rstrip(_BEHIND)
    if not bare:
        return ""
    if bare.endswith(("...", "。。。")):
        return "ellipsis"
    if language == "el" and bare.endswith((";", "\u037e")):
        return "question"
    if bare.endswith(("?!", "!?", "？！", "！？", "‽", "⁉", "⁈")):
        return "interrobang"
    return _CLASS.get(bare[-1], "")


def beginnings_check(pair: Pair) -> Iterator[Finding]:
    """A dash or bullet in front."""
    expected, found = (text.lstrip()[:1] for text in (pair.source, pair.target))
    signs = [sign if sign in _BEGINNINGS else "" for sign in (expected, found)]
    if bool(signs[0]) != bool(signs[1]):
        place = len(pair.target) - len(pair.target.lstrip())
        yield warning(
            "begin_sign", (place, place + 1), expected=signs[0], found=signs[1]
        )


def ellipses_check(pair: Pair) -> Iterator[Finding]:
    """One sign in the source, three full stops in the target."""
    if "…" in pair.source and "…" not in pair.target:
        place = pair.target.find("...")
        if place >= 0:
            yield warning("ellipsis", (place, place + 3))


_WIDE = {
    "zh": re.compile(r"(?<=[\u3400-\u9fff])[,.!?:;](?![A-Za-z0-9.])"),
    "ja": re.compile(r"(?<=[\u3040-\u30ff\u3400-\u9fff])[,.!?](?![A-Za-z0-9.])"),
}
_SPANISH = (("?", "¿"), ("!", "¡"))
_ARABIC = re.compile(r"(?<=[\u0600-\u06ff])[?,;]")
_FRENCH = re.compile(r"(?<=[\w)\]%\ue000])[?!;:](?=\s|$|[»\"”])|(?<=\S)(?<![\s«])»")
_FRENCH_CANADA = re.compile(r"(?<=[\w)\]%\ue000]):(?=\s|$)|(?<=\S)(?<![\s«])»")


def signs_check(pair: Pair) -> Iterator[Finding]:
    """Forms that only some languages have."""
    language = pair.language
    if language in _WIDE:
        for match in _WIDE[language].finditer(pair.target_words):
            yield warning("wide_sign", match.span(), text=match[0])
    elif language == "es":
        yield from _spanish(pair)
    elif language in ("ar", "fa", "ur"):
        for match in _ARABIC.finditer(pair.target_words):
            yield warning("arabic_sign", match.span(), text=match[0])
    elif language == "fr":
        is_canada = pair.target_language.upper().endswith("-CA")
        pattern = _FRENCH_CANADA if is_canada else _FRENCH
        for match in pattern.finditer(pair.target_words):
            yield warning("french_space", match.span(), text=match[0])


def _spanish(pair: Pair) -> Iterator[Finding]:
    words = pair.target_words
    for close, begin in _SPANISH:
        if words.count(close) > words.count(begin):
            place = words.index(close)
            yield warning("spanish_sign", (place, place + 1), text=begin)
