"""Whether a language of a file is the one that is wanted."""

from collections.abc import Iterable

from webapp.workspace.formats.languages import language_tag

# Files name Chinese by country where the script is meant.
_SCRIPTS = {
    "zh-CN": "zh-Hans",
    "zh-SG": "zh-Hans",
    "zh-TW": "zh-Hant",
    "zh-HK": "zh-Hant",
    "zh-MO": "zh-Hant",
}


def language_matches(tag: str, wanted: str) -> bool:
    """One may say less than the other, but they must not disagree.

    >>> language_matches("en_us", "en"), language_matches("zh-CN", "zh-Hans")
    (True, True)
    >>> language_matches("pt-PT", "pt-BR"), language_matches("", "en")
    (False, False)
    """
    parts, wanted_parts = _parts(tag), _parts(wanted)
    return bool(parts) and all(
        one == other for one, other in zip(parts, wanted_parts, strict=False)
    )


def language_find(tags: Iterable[str], wanted: str) -> str | None:
    """The tag that is exactly the wanted one, else the first that may stand for it."""
    matching = [tag for tag in tags if language_matches(tag, wanted)]
    exact = [tag for tag in matching if _parts(tag) == _parts(wanted)]
    return next(iter(exact + matching), None)


def _parts(tag: str) -> list[str]:
    usual = language_tag(tag)
    return _SCRIPTS.get(usual, usual).split("-") if usual else []
