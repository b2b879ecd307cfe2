"""Characters that nobody sees, and letters of another script."""

import re
from collections.abc import Iterator

from webapp.workspace.checks.finding import Finding, error, warning
from webapp.workspace.checks.pair import Pair

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]")
_UNSEEN = re.compile(r"[\u200b\u2060\ufeff]")
_KASHIDA = re.compile("\u0640+")


def control_check(pair: Pair) -> Iterator[Finding]:
    """No page shows them, and some files may not hold them."""
    for match in _CONTROL.finditer(pair.target):
        if match[0] not in pair.source:
            yield error("control", match.span(), text=f"U+{ord(match[0]):04X}")


def unseen_check(pair: Pair) -> Iterator[Finding]:
    """Spaces of no width, and marks of byte order. Joiners are letters' business."""
    for match in _UNSEEN.finditer(pair.target):
        if match[0] not in pair.source:
            yield warning("unseen", match.span(), text=f"U+{ord(match[0]):04X}")


def kashida_check(pair: Pair) -> Iterator[Finding]:
    """Arabic letters drawn long: a matter of layout, not of text."""
    for match in _KASHIDA.finditer(pair.target):
        yield warning("kashida", match.span())
