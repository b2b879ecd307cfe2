"""Text as XML holds it."""

import re
from xml.sax.saxutils import escape, quoteattr

# What no XML 1.0 may hold, however it is written.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def content(text: str) -> str:
    """Between two tags. A carriage return is written as a number, or it would be read
    as a line end.

    >>> content("a < b\\x00")
    'a &lt; b'
    """
    return escape(_IMPOSSIBLE.sub("", text), {"\r": "&#13;"})


def attribute(text: str) -> str:
    """With the quotation marks around it."""
    return quoteattr(_IMPOSSIBLE.sub("", text))
