"""How two texts differ, word by word.

>>> difference("Open the file", "Open a file now")
[('=', 'Open '), ('-', 'the'), ('+', 'a'), ('=', ' file'), ('+', ' now')]
"""

import re

from rapidfuzz.distance import Levenshtein

# Words, white space, single signs; characters where words have no spaces.
_PIECE = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]|\w+|\s+|[^\w\s]")


def difference(old: str, new: str) -> list[tuple[str, str]]:
    """Pieces of both in order: = kept, - only in the old one, + only in the new one."""
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    found: list[tuple[str, str]] = []
    for step in Levenshtein.opcodes(before, after):
        if step.tag == "equal":
            _add(found, "=", after[step.dest_start : step.dest_end])
            continue
        _add(found, "-", before[step.src_start : step.src_end])
        _add(found, "+", after[step.dest_start : step.dest_end])
    return found


def _add(found: list[tuple[str, str]], kind: str, pieces: list[str]) -> None:
    text = "".join(pieces)
    if text and found and found[-1][0] == kind:
        found[-1] = (kind, found[-1][1] + text)
    elif text:
        found.append((kind, text))
