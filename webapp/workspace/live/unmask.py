"""Machine text while it is written, with its placeholders as people know them."""

import re

from webapp.workspace.placeholders import Masked

_MASK = re.compile(r"\[\s*[Xx]\s*(\d+)\s*[Xx]\s*\]")
_BEGINNING = re.compile(r"\[\s*(?:[Xx]\s*\d*\s*(?:[Xx]\s*)?)?$")


def unmask(masked: Masked, text: str) -> str:
    """What may be the beginning of a mask is held back until its rest is there."""
    text = _BEGINNING.sub("", text)

    def shown(match: "re.Match[str]") -> str:
        number = int(match[1])
        return masked.hidden[number].text if number < len(masked.hidden) else ""

    return masked.head + _MASK.sub(shown, text)


def prefix_mask(masked: Masked, prefix: str) -> str:
    """What a person typed, as the model would have begun: each placeholder once."""
    text = prefix.removeprefix(masked.head)
    for literal, hidden in zip(masked.literals, masked.hidden, strict=True):
        text = text.replace(hidden.text, literal, 1)
    return text
