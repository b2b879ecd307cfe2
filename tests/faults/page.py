"""What a reader's page holds after each event, and what must be true of it."""

from webapp.generation.events import (
    BlockRendered,
    Event,
    Failed,
    Finished,
    Snapshot,
    StateChanged,
    TextDelta,
)


class Page:
    def __init__(self) -> None:
        self.seq = 0
        self.blocks: list[str] = []  # HTML
        self.open_text = ""
        self.num_snapshots = 0
        self.states: list[str] = []
        self.end: Finished | Failed | None = None
        self._closed_text = ""

    @property
    def text(self) -> str:
        """All that was shown as text, in the order in which it came."""
        return self._closed_text + self.open_text

    def take(self, event: Event) -> None:
        assert self.end is None, "nothing comes after the end"
        if isinstance(event, Snapshot):
            self._take_snapshot(event)
        elif isinstance(event, TextDelta):
            assert event.seq > self.seq, "a token came twice"
            self.seq = event.seq
            self.open_text += event.text
        elif isinstance(event, BlockRendered):
            self._take_block(event)
        elif isinstance(event, StateChanged):
            self.states.append(event.state)
        else:
            # The last token may have no text, so that no delta told its number.
            assert event.seq >= self.seq
            self.seq = event.seq
            self.end = event

    def _take_snapshot(self, event: Snapshot) -> None:
        shown = list(event.blocks[: len(self.blocks)])
        assert shown == self.blocks, "what was shown has changed"
        assert event.seq >= self.seq, "what was shown has gone"
        if len(event.blocks) == len(self.blocks):
            assert event.open_text.startswith(self.open_text), "what was shown changed"
        self.blocks = list(event.blocks)
        self.open_text = event.open_text
        self.seq = event.seq
        self.num_snapshots += 1

    def _take_block(self, event: BlockRendered) -> None:
        assert event.index == len(self.blocks), "a block is missing"
        assert event.length <= len(self.open_text)
        self._closed_text += self.open_text[: event.length]
        self.open_text = self.open_text[event.length :]
        self.blocks.append(event.html)
