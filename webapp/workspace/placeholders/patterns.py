"""How each kind of placeholder looks, where a regular expression can tell."""

import re

from webapp.workspace.placeholders.kinds import Kind

# As a model may give a mask back: spaced, in small letters, in full-width brackets.
_MASK = r"[\[［【]\s*[XxХх×]\s*\d{1,4}\s*[XxХх×]\s*[\]］】]"
MASK = re.compile(_MASK)
# What a model makes of one that it spells wrong: "[X]", "[X1", "[1X]", "[1]".
TORN_MASK = re.compile(
    r"[\[［【]\s*(?:[XxХх×]\s*\d{0,4}\s*[XxХх×]?|\d{1,4}\s*[XxХх×]?)\s*[\]］】]"
    r"|[\[［【]\s*X\d{1,4}X?(?!\w)"
    r"|(?<!\w)X?\d{1,4}X\s*[\]］】]"
)

# In this order: what comes first wins where several fit at one place.
_PATTERNS: tuple[tuple[Kind, str], ...] = (
    (Kind.MASK, _MASK),
    (
        Kind.CODE,
        r"(?<!`)(?P<ticks>`{1,3})(?!`)(?:[^`]|(?!(?P=ticks))`)+(?P=ticks)(?!`)",
    ),
    (Kind.LINK, r"\]\([^()\s]*(?:\s+\"[^\"]*\")?\)"),  # its bracket is sought for later
    (
        Kind.URL,
        r"(?:https?|ftp)://\w[^\s<>\"'`{}()|\\^“”„«»‹›、。，；：！？）」』】》]*",
    ),
    (Kind.EMAIL, r"(?<![\w.+-])[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
    (Kind.TAG, r"<!--.*?-->"),
    (
        Kind.TAG,
        r"</?[A-Za-z_][\w:.-]*"
        r"(?:\s+[\w:.@-]+(?:\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>=]+))?)*"
        r"\s*/?>",
    ),
    (Kind.ENTITY, r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|\#\d{1,7}|\#[xX][0-9A-Fa-f]{1,6});"),
    (Kind.TEMPLATE, r"\{\{[^{}]*\}\}|\{%[^{}]*%\}"),
    (Kind.PRINTF, r"%\([^()\s]+\)[-+0\#]*\d*(?:\.\d+)?[a-zA-Z]"),  # %(name)s
    (Kind.PRINTF, r"%\{\w+\}"),  # Ruby
    (Kind.PRINTF, r"%[A-Za-z_][\w.-]+%(?!\w)"),  # %name%
    (
        Kind.PRINTF,  # %2$s, and %s where no figure is before it: "100%discount"
        r"(?:%\d+\$|(?<!\d)%)[-+0\#']*(?:\d+|\*)?(?:\.(?:\d+|\*))?"
        r"(?:hh|h|ll|l|z|j|t|L)?[diouxXeEfFgGcsp@](?![a-z]{3})",
    ),
    (Kind.PRINTF, r"%%"),
    (Kind.QT, r"(?<!\d)%(?:L?[1-9]\d?|n\b)"),
    (Kind.DOLLAR, r"\$\{[^{}\s]+\}|\$[A-Za-z_]\w*\$?|\$\d(?![\d.,])"),
    (Kind.BRACE, r"\{\s*[$-]?[\w.\[\]-]*\s*(?:![rsa])?(?::[^{}\s]*)?\}"),
    (Kind.BRACE, r"\{\s*[A-Z]+\([^(){}]*\)\s*\}"),  # Fluent's { NUMBER($x) }
    (
        Kind.BRACE,
        r"\{\s*\w+\s*,\s*(?:number|date|time|spellout|ordinal|duration|list)\b[^{}]*\}",
    ),
)

# The group "k3" tells that the pattern with number 3 fitted.
PLACEHOLDER = re.compile(
    "|".join(f"(?P<k{n}>{pattern})" for n, (_, pattern) in enumerate(_PATTERNS)),
    re.DOTALL,
)
KINDS = {f"k{n}": kind for n, (kind, _) in enumerate(_PATTERNS)}

# What may be no part of an address at its end: "see https://example.org/."
URL_TAIL = re.compile(r"[.,;:!?…]+$")

EMPHASIS = re.compile(
    r"(?P<mark>\*\*|~~|__)(?=[^\s*~_])(?P<words>.+?)(?<=[^\s*~_])(?P=mark)"
)


def has_torn_mask(words: str) -> bool:
    """
    >>> has_torn_mask("Open [X].")
    True
    >>> has_torn_mask("Open [X0X] and X-rays [of it].")
    False
    """
    return TORN_MASK.search(MASK.sub(" ", words)) is not None


def mask_number(mask: str) -> int:
    """
    >>> mask_number("[ x7X】")
    7
    """
    return int("".join(filter(str.isdecimal, mask)))


def mask_text(number: int) -> str:
    """
    >>> mask_text(7)
    '[X7X]'
    """
    return f"[X{number}X]"
