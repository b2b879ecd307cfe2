"""What people change about segments: two made one, one made two.

Segments are texts in order that joined are the paragraph, and stay so.
"""

from collections.abc import Sequence

from webapp.workspace.segmentation.errors import SrxError


def segments_merge(segments: Sequence[str], first: int) -> list[str]:
    """Segment `first` and the one that follows it become one.

    >>> segments_merge(["a ", "b ", "c"], 1)
    ['a ', 'b c']
    """
    if not 0 <= first < len(segments) - 1:
        raise SrxError("nothing_to_merge", str(first))
    merged = segments[first] + segments[first + 1]
    return [*segments[:first], merged, *segments[first + 2 :]]


def segment_split(segments: Sequence[str], number: int, offset: int) -> list[str]:
    """Segment `number` is cut before its character `offset`.

    White space at the cut stays with the first part, and both parts must have words:
    a segment of white space alone would be nothing to translate.

    >>> segment_split(["One. Two"], 0, 4)
    ['One. ', 'Two']
    """
    if not 0 <= number < len(segments):
        raise SrxError("nothing_to_split", str(number))
    text = segments[number]
    first = text[: max(offset, 0)]
    rest = text[len(first) :].lstrip()
    first = text[: len(text) - len(rest)]
    if not first.strip() or not rest:
        raise SrxError("nothing_to_split", str(offset))
    return [*segments[:number], first, rest, *segments[number + 1 :]]


def segment_margins(segment: str) -> tuple[str, str, str]:
    """The white space before, the words, the white space after.

    >>> segment_margins("  Hello. ")
    ('  ', 'Hello.', ' ')
    """
    words = segment.strip()
    if not words:
        return segment, "", ""
    start = segment.index(words)
    return segment[:start], words, segment[start + len(words) :]
