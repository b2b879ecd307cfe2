"""Language tags, as files of all kinds write them."""

import re

_SCRIPTS = {"latin": "Latn", "cyrillic": "Cyrl", "devanagari": "Deva"}
_RIGHT_TO_LEFT = {"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"}
_RTL_SCRIPTS = {"Arab", "Hebr", "Thaa", "Syrc", "Nkoo"}


def language_tag(text: str) -> str:
    """The tag in its usual form.

    >>> language_tag("zh_CN"), language_tag("sr@latin"), language_tag("pt-br")
    ('zh-CN', 'sr-Latn', 'pt-BR')
    """
    code, _, variant = text.strip().partition("@")
    parts = [part for part in re.split(r"[-_]", code.partition(".")[0]) if part]
    if variant in _SCRIPTS:
        parts.insert(1, _SCRIPTS[variant])
    return "-".join(_part(index, part) for index, part in enumerate(parts))


def language_base(tag: str) -> str:
    """`pt` of `pt-BR`."""
    return re.split(r"[-_@]", tag, maxsplit=1)[0].lower()


def language_direction(tag: str) -> str:
    """For the `dir` attribute.

    >>> language_direction("az-Arab"), language_direction("fr")
    ('rtl', 'ltr')
    """
    base, *others = tag.split("-")
    is_rtl = base.lower() in _RIGHT_TO_LEFT or any(
        other.title() in _RTL_SCRIPTS for other in others
    )
    return "rtl" if is_rtl else "ltr"


def gettext_locale(tag: str) -> str:
    """The name that gettext uses: `zh_CN`, `sr@latin`."""
    parts = language_tag(tag).split("-")
    names = {script: name for name, script in _SCRIPTS.items()}
    scripts = [names[part] for part in parts[1:] if part in names]
    rest = "_".join(part for part in parts if part not in names)
    return f"{rest}@{scripts[0]}" if scripts else rest


def _part(index: int, part: str) -> str:
    if index == 0:
        return part.lower()
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 else part
