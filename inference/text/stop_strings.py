"""Ending an answer at a stop string that never becomes visible."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StopResult:
    text: str  # safe to show now
    is_stopped: bool


class StopStrings:
    """Reads text in any pieces; the result does not depend on where they are cut.

    The first stop string to be completed ends the text before its beginning. A tail
    that could still become a stop string is held back.
    """

    def __init__(self, stops: tuple[str, ...]) -> None:
        self._stops = stops
        self._held = ""

    def push(self, text: str) -> StopResult:
        text = self._held + text
        ends = [(at + len(s), at) for s in self._stops if (at := text.find(s)) >= 0]
        if ends:
            self._held = ""
            return StopResult(text=text[: min(ends)[1]], is_stopped=True)
        cut = len(text) - self._tail_length(text)
        self._held = text[cut:]
        return StopResult(text=text[:cut], is_stopped=False)

    def flush(self) -> str:
        """The held tail: no stop string came of it."""
        text, self._held = self._held, ""
        return text

    def _tail_length(self, text: str) -> int:
        """How many characters at the end are the beginning of a stop string."""
        return max((_overlap(text, stop) for stop in self._stops), default=0)


def _overlap(text: str, stop: str) -> int:
    """
    >>> _overlap("the end. EN", "END")
    2
    """
    for length in range(min(len(text), len(stop) - 1), 0, -1):
        if text.endswith(stop[:length]):
            return length
    return 0
