"""Which sentences are never trained on, today and when the data has grown."""

import hashlib
import re

_PUNCTUATION = re.compile(r"[\W_]+")
_DIGIT = re.compile(r"\d")
_RANGE = 2**64


def sentence_key(text: str) -> bytes:
    """The same for sentences that differ in case, punctuation or digits only."""
    bare = _DIGIT.sub("0", _PUNCTUATION.sub(" ", text.casefold()).strip())
    # Of "..." nothing would be left: it is its own key.
    return hashlib.sha1((bare or text).encode(), usedforsecurity=False).digest()[:8]


def is_held_out(source: str, share: float) -> bool:
    """By the text alone, so that no other sentence changes it.

    A larger share holds out what a smaller one did, and more.
    """
    return int.from_bytes(sentence_key(source), "big") < share * _RANGE
