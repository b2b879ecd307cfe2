"""Languages by their BCP 47 tags: what they are called."""

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext as _

_ENGLISH = {
    "nb": "Norwegian Bokmål",
    "zh": "Chinese",
    "no": "Norwegian",
    "sr": "Serbian",
    "tl": "Tagalog",
}


def language_name(tag: str) -> str:
    """In English, as a model is told.

    >>> language_name("zh-Hans"), language_name("de-CH"), language_name("xx")
    ('Simplified Chinese', 'German', 'xx')
    """
    base = tag.lower()
    while base:
        if base in _ENGLISH:
            return _ENGLISH[base]
        if "name" in LANG_INFO.get(base, {}):
            return str(LANG_INFO[base]["name"])
        base = base.rpartition("-")[0]
    return tag


def language_label(tag: str) -> str:
    """In the active language, with the tag where the name alone says too little."""
    name = language_name(tag)
    if name == tag:
        return tag
    return _("%(language)s (%(tag)s)") % {"language": _(name), "tag": tag}


def language_short(tag: str) -> str:
    """In the active language; with the tag only where it says more than the name.

    >>> language_short("zh-Hans"), language_short("de-CH"), language_short("gsw")
    ('Simplified Chinese', 'German (de-CH)', 'gsw')
    """
    name = language_name(tag)
    if name == tag:
        return tag
    is_exact = tag.lower() in LANG_INFO or tag in _ENGLISH
    return _(name) if is_exact else language_label(tag)
