"""Changes to a file where one may lie inside another: a title in a tag of a text."""

from bisect import bisect_left
from typing import AnyStr, Generic


class Patches(Generic[AnyStr]):
    """Inner changes are put first; the outer ones are made with them and replace them.

    >>> patches = Patches("a (b) c")
    >>> patches.put(3, 4, "B")
    >>> patches.put(2, 7, "C " + patches.part(2, 5))
    >>> patches.whole()
    'a C (B)'
    """

    def __init__(self, content: AnyStr) -> None:
        self._content: AnyStr = content
        self._starts: list[int] = []
        self._changes: list[tuple[int, AnyStr]] = []  # end, what is there instead

    def put(self, start: int, end: int, new: AnyStr) -> None:
        """In place of what is from `start` to `end`, changes inside it included."""
        inside = self._inside(start, end)
        self._starts[inside] = [start]
        self._changes[inside] = [(end, new)]

    def part(self, start: int, end: int) -> AnyStr:
        """From `start` to `end`, with the changes inside it."""
        pieces: list[AnyStr] = []
        position = start
        inside = self._inside(start, end)
        for place, (until, new) in zip(
            self._starts[inside], self._changes[inside], strict=True
        ):
            pieces += (self._content[position:place], new)
            position = until
        pieces.append(self._content[position:end])
        return self._content[:0].join(pieces)

    def whole(self) -> AnyStr:
        return self.part(0, len(self._content))

    def __bool__(self) -> bool:
        return bool(self._starts)

    def _inside(self, start: int, end: int) -> slice:
        first = bisect_left(self._starts, start)
        return slice(first, bisect_left(self._starts, end, lo=first))
