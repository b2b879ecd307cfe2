"""Languages to choose from, by name."""

from collections.abc import Iterable

from django.conf.locale import LANG_INFO
from langcodes import standardize_tag

from webapp.workspace.languages import language_label

# Of Django's names those that say more than the language: dialects by country that
# nobody translates a document into, and Chinese by country, which is by script here.
_LEFT_OUT = {"zh-cn", "zh-tw", "zh-my", "zh-sg", "zh-mo", "zh-hk", "no"}


def language_choices(used: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Tags and names, in the order of the names in the active language. `used`: what
    is chosen already comes first, also where it is not common."""
    chosen = set(used)
    tags = {standardize_tag(tag) for tag in _common()} | chosen
    return sorted(
        ((tag, language_label(tag)) for tag in tags),
        key=lambda choice: (choice[0] not in chosen, _sounding(choice[1])),
    )


def _sounding(name: str) -> bytes:
    """GB 18030 has the common Chinese characters by their sound, as people look for
    them; Latin letters come first in it, so that their order stays as it is.

    >>> sorted(["英语", "阿拉伯语", "法语"], key=_sounding)
    ['阿拉伯语', '法语', '英语']
    """
    return name.casefold().encode("gb18030")


def _common() -> list[str]:
    return [
        tag
        for tag, info in LANG_INFO.items()
        if "name" in info and tag not in _LEFT_OUT
    ]
