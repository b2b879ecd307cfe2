"""A guess at what in a text stands for something else, where the file does not say."""

import re

from webapp.workspace.formats.unit import PlaceholderStyle

# Repetitions side by side are bounded, lest a text made for it take for ever.
_SIGNS = (
    (
        PlaceholderStyle.ICU,
        re.compile(r"\{\s*\w+\s*,\s*(plural|select|selectordinal|number|date|time)\b"),
    ),
    (
        PlaceholderStyle.PYTHON,
        re.compile(r"%\(\w+\)[#0 +-]{0,5}\d{0,4}(\.\d{1,4})?[a-zA-Z]"),
    ),
    (
        PlaceholderStyle.PRINTF,
        re.compile(
            r"%(\d{1,4}\$)?[#0+-]{0,5}(\d{1,4}|\*)?(\.\d{1,4})?(hh|h|ll|l|q|L|j|z|t)?[diouxXeEfgGcsS@]"
            r"|%#@\w+@"
        ),
    ),
    (PlaceholderStyle.BRACE, re.compile(r"\{\{?\s{0,3}[\w.-]*\s{0,3}\}?\}")),
    (PlaceholderStyle.HTML, re.compile(r"</?[a-zA-Z][^<>]*>|&[a-z]+;")),
)


def placeholder_hint(text: str) -> PlaceholderStyle:
    """
    >>> placeholder_hint("Hello, {{name}}"), placeholder_hint("50 % of it")
    (<PlaceholderStyle.BRACE: 'brace'>, <PlaceholderStyle.NONE: 'none'>)
    """
    if not any(sign in text for sign in "%{<&"):
        return PlaceholderStyle.NONE
    found = (style for style, sign in _SIGNS if sign.search(text))
    return next(found, PlaceholderStyle.NONE)
