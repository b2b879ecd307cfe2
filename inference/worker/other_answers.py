"""Answers to one request beside the first one, which alone is streamed."""

from inference.contract import TokenChunk


class OtherAnswers:
    """Their texts, and whether all of them have come to their end."""

    def __init__(self, count: int) -> None:
        self._texts = [""] * count
        self._num_running = count
        self._first_end: TokenChunk | None = None

    @property
    def texts(self) -> list[str]:
        """The best first, where they were searched for."""
        return list(self._texts)

    def take(self, chunk: TokenChunk, text: str) -> None:
        """Of an answer that is not the first."""
        self._texts[chunk.sample - 1] += text
        if chunk.finish_reason is not None:
            self._num_running -= 1

    def first_ended(self, end: TokenChunk) -> None:
        self._first_end = end

    @property
    def end(self) -> TokenChunk | None:
        """Of the request: that of its first answer, once none is running. An error
        ends all at once."""
        if self._first_end is None:
            return None
        is_over = self._first_end.error is not None or self._num_running <= 0
        return self._first_end if is_over else None
