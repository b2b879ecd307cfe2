"""The languages that a translation model names, found by other names too."""

import re
from collections.abc import Iterable, Mapping

from langcodes import Language, closest_supported_match, standardize_tag, tag_is_valid

# How families write the token of a language; the group is the model's own code.
_TOKENS = {
    "marian": re.compile(r">>(.+)<<"),  # >>fra<<
    "m2m_100": re.compile(r"__([a-z]+)__|([a-z]{3}_[A-Z][a-z]{3})"),  # NLLB: fra_Latn
    **dict.fromkeys(("t5", "mt5"), re.compile(r"<2(\w+)>")),  # MADLAD-400: <2fr>
}
# Of these CLDR does not say which of their members people mean.
_MEMBERS = {"ff": "fuv-Latn", "ps": "pbt-Arab", "qu": "quy-Latn"}
_GROUPS = {member.partition("-")[0]: group for group, member in _MEMBERS.items()}
_SAME_SCRIPT = {"Hang": "Kore"}
_MAX_DISTANCE = 10  # of CLDR: dialects and other regions, no other language


class Languages:
    """Token ids by the model's own codes. Empty for a model of one direction."""

    def __init__(self, family: str, token_ids: Mapping[str, int]) -> None:
        """Finds them in a vocabulary, by the way in which the family writes them."""
        pattern = _TOKENS.get(family)
        self._ids = {
            match[match.lastindex or 0]: number
            for token, number in token_ids.items()
            if pattern and (match := pattern.fullmatch(token))
        }

    def __bool__(self) -> bool:
        return bool(self._ids)

    def find(self, name: str) -> int | None:
        """The token of a language, by the model's own code or a BCP 47 tag."""
        code = language_match(name, self._ids)
        return None if code is None else self._ids[code]

    @property
    def tags(self) -> tuple[str, ...]:
        """BCP 47, sorted."""
        return language_tags(self._ids)


def language_match(name: str, codes: Iterable[str]) -> str | None:
    """Which of a model's codes `name` means; None if it has no such language.

    >>> language_match("fr", ["eng_Latn", "fra_Latn"])
    'fra_Latn'
    >>> language_match("zh-TW", ["zho_Hans", "zho_Hant"])
    'zho_Hant'
    >>> language_match("sr-Latn", ["srp_Cyrl"])
    """
    own = list(codes)
    if name in own:
        return name
    if not tag_is_valid(name):
        return None
    by_tag = {_tag(code): code for code in own if tag_is_valid(code)}
    tag = _tag(_MEMBERS.get(name, name))
    found = closest_supported_match(tag, list(by_tag), max_distance=_MAX_DISTANCE)
    if found is None or _script(found) != _script(tag):
        return None
    return by_tag[found]


def language_tags(codes: Iterable[str]) -> tuple[str, ...]:
    """BCP 47, sorted.

    >>> language_tags(["fra_Latn", "arb_Arab", "zho_Hans", "no such"])
    ('ar', 'fr', 'zh-Hans')
    """
    valid = [_tag(code) for code in codes if tag_is_valid(code)]
    return tuple(sorted({_short(tag) for tag in valid}))


def _short(tag: str) -> str:
    """Without a script that goes without saying, but for Chinese."""
    tag = standardize_tag(tag, macro=True)
    language = Language.get(tag)
    if language.language == "zh":
        return tag
    if language.language in _GROUPS:
        return _GROUPS[language.language]
    bare = Language.make(language=language.language, territory=language.territory)
    same = bare.maximize().script == language.maximize().script
    return bare.to_tag() if same else tag


def _tag(code: str) -> str:
    for script, usual in _SAME_SCRIPT.items():
        code = code.replace(f"_{script}", f"_{usual}")
    return code.replace("_", "-")


def _script(tag: str) -> str | None:
    return Language.get(tag).maximize().script
