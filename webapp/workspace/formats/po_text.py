"""gettext's quoted strings."""

import re

_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
_NAMED = {
    "n": "\n", "t": "\t", "r": "\r", "b": "\b", "a": "\a", "f": "\f", "v": "\v",
    '"': '"', "\\": "\\",
}  # fmt: skip
_TO_ESCAPE = re.compile(r'["\\\x01-\x1f\x7f]')
_NAMES = {char: f"\\{name}" for name, char in _NAMED.items()}
_WORDS = re.compile(r"\S+\s*|\s+")
LINE_WIDTH = 80


def po_unescape(text: str) -> str:
    """What stands between the quotes, as text. Unknown escapes stay as they are."""
    return _ESCAPE.sub(_unescaped, text)


def po_escape(text: str) -> str:
    return _TO_ESCAPE.sub(
        lambda match: _NAMES.get(match[0]) or f"\\{ord(match[0]):03o}", text
    )


def po_quote(text: str, *, newline: str, prefix_width: int, wraps: bool) -> str:
    """The text in quotes: on one line if it fits, else one line a line of the text.

    >>> po_quote("a\\nb", newline="|", prefix_width=7, wraps=True)
    '""|"a\\\\n"|"b"'
    """
    lines = text.split("\n")
    lines = [f"{line}\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]
    whole = f'"{po_escape(text)}"'
    is_short = prefix_width + len(whole) <= LINE_WIDTH or not wraps
    if len(lines) <= 1 and is_short:
        return whole
    pieces = [piece for line in lines for piece in _wrapped(line, wraps=wraps)]
    return newline.join(['""', *(f'"{piece}"' for piece in pieces)])


def _wrapped(line: str, *, wraps: bool) -> list[str]:
    """The line's words, escaped, in pieces of the usual width."""
    escaped = [po_escape(word) for word in _WORDS.findall(line)]
    if not wraps:
        return ["".join(escaped)]
    pieces = [""]
    for word in escaped:
        if pieces[-1] and len(pieces[-1]) + len(word) > LINE_WIDTH - 3:
            pieces.append("")
        pieces[-1] += word
    return pieces


def _unescaped(match: re.Match[str]) -> str:
    escape = match[1]
    if escape in _NAMED:
        return _NAMED[escape]
    if escape[0] == "x" and len(escape) > 1:
        return chr(int(escape[1:], 16))
    if escape[0] in "01234567":
        return chr(int(escape, 8) & 0xFF)
    return match[0]
