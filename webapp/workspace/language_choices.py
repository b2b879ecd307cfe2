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
        key=lambda choice: (choice[0] not in chosen, choice[1].casefold()),
    )


def _common() -> list[str]:
    return [
        tag
        for tag, info in LANG_INFO.items()
        if "name" in info and tag not in _LEFT_OUT
    ]
