"""Markdown that arrives piece by piece, rendered block by block.

The reader sees the open block as plain text and, when it closes, its HTML. A closed
block never changes, each is rendered once, and where blocks begin and end depends on
the text alone, not on the pieces it came in.

    >>> stream = MarkdownStream()
    >>> stream.feed("# Ti")
    []
    >>> stream.feed("tle\\nand")[0].html
    '<h1>Title</h1>'
    >>> stream.open_text
    'and'
"""

from dataclasses import dataclass

from webapp.common.markdown_blocks import BlockScanner
from webapp.common.markdown_html import render_block


@dataclass(frozen=True, slots=True)
class ClosedBlock:
    """The first `length` code points of the open text are now block `index`."""

    index: int
    length: int
    html: str


class MarkdownStream:
    """Text in, closed blocks out. Work is proportional to the text, not its square."""

    def __init__(self) -> None:
        self.blocks: list[str] = []  # HTML of each closed block
        self._scanner = BlockScanner()
        self._closed_lines: list[str] = []  # complete lines of the open block
        self._unfinished_line: list[str] = []  # pieces after the last line end

    @property
    def open_text(self) -> str:
        return "".join(self._closed_lines) + "".join(self._unfinished_line)

    def feed(self, text: str) -> list[ClosedBlock]:
        """Take the next piece of text; the blocks that it closed, in order."""
        *lines, rest = text.split("\n")
        closed: list[ClosedBlock] = []
        for line in lines:
            self._unfinished_line.append(line + "\n")
            closed += self._end_line()
        if rest:
            self._unfinished_line.append(rest)
        return closed

    def finish(self) -> list[ClosedBlock]:
        """The text has ended: whatever is open closes."""
        closed = self._end_line() if self._unfinished_line else []
        if self._closed_lines:
            closed.append(self._close_block())
        return closed

    def _end_line(self) -> list[ClosedBlock]:
        line = "".join(self._unfinished_line)
        self._unfinished_line.clear()
        closed: list[ClosedBlock] = []
        verdict = self._scanner.take(line)
        if verdict.begins_block and self._closed_lines:
            closed.append(self._close_block())
        self._closed_lines.append(line)
        if verdict.ends_block:
            closed.append(self._close_block())
        return closed

    def _close_block(self) -> ClosedBlock:
        source = "".join(self._closed_lines)
        self._closed_lines.clear()
        block = ClosedBlock(len(self.blocks), len(source), render_block(source))
        self.blocks.append(block.html)
        return block


def render(text: str) -> list[str]:
    """The HTML blocks of a whole text: the same that a MarkdownStream gives."""
    stream = MarkdownStream()
    stream.feed(text)
    stream.finish()
    return stream.blocks
