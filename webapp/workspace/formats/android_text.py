r"""Android's own escapes in the text of string resources.

White space is collapsed unless it stands in double quotes; `\n`, `\'`, `\"`, `\@`,
`\?`, `\\` and `\uXXXX` are what they look like.
"""

import re

from webapp.workspace.formats.escapes import join_halves

_PIECE = re.compile(
    r"\\u(?P<code>[0-9a-fA-F]{4})|\\(?P<escape>.)|(?P<quote>\")|(?P<space>[ \t\r\n]+)",
    re.DOTALL,
)
_NAMED = {"n": "\n", "t": "\t", "r": "\r"}
_ESCAPES = str.maketrans(
    {
    "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "'": "\\'", '"': '\\"',
}
)  # fmt: skip
_DOUBLE_SPACE = re.compile(r"(?<= ) ")


class AndroidText:
    """Gives the meaning of one element's text, piece by piece: a quote that is opened
    may be closed behind an inline element. In CDATA quotes are those of HTML."""

    def __init__(self, *, keeps_quotes: bool = False) -> None:
        self._keeps_quotes = keeps_quotes
        self._is_quoted = False

    def unescape(self, text: str) -> str:
        return join_halves(_PIECE.sub(self._meaning, text))

    def _meaning(self, match: re.Match[str]) -> str:
        if match["code"]:
            return chr(int(match["code"], 16))
        if match["escape"]:
            return _NAMED.get(match["escape"], match["escape"])
        if match["quote"]:
            if self._keeps_quotes:
                return '"'
            self._is_quoted = not self._is_quoted
            return ""
        return match[0] if self._is_quoted else " "


def android_escape(text: str) -> str:
    """Of two spaces the second is escaped by number, so that none is collapsed."""
    return _DOUBLE_SPACE.sub(r"\\u0020", text.translate(_ESCAPES))


def android_ends(raw: str) -> str:
    """A whole text, escaped, made safe at its ends: spaces there would be trimmed, and
    what begins with @ or ? would be a reference to another resource."""
    if raw[:1] in ("@", "?"):
        raw = f"\\{raw}"
    if raw.startswith(" "):
        raw = f"\\u0020{raw[1:]}"
    return f"{raw[:-1]}\\u0020" if raw.endswith(" ") else raw
