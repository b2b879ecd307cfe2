"""One watched generation in one process: its text so far, and who watches it."""

import asyncio
import time
from collections import deque
from collections.abc import Sequence

from webapp.common.markdown import ClosedBlock, MarkdownStream
from webapp.generation.events import (
    BlockRendered,
    Event,
    Failed,
    Finished,
    Snapshot,
    StateChanged,
    TextDelta,
)
from webapp.generation.explanation import ExplainedToken
from webapp.generation.token_log import Entry

_KEPT_EVENTS = 512  # for readers who were away for a moment
_WATCHER_EVENTS = 256  # more unread ones are replaced by one snapshot


class Watcher:
    """One reader. What it does not read in time costs it a snapshot, never memory."""

    def __init__(self, channel: "Channel") -> None:
        self._channel = channel
        self._events: deque[Event] = deque()
        self._changed = asyncio.Event()
        self._is_behind = True  # until `begin`: a snapshot comes first

    def begin(self, after: int | None) -> None:
        missed = self._channel.events_after(after)
        if missed is None:
            self._fall_behind()
        else:
            self._events = deque([*missed, *self._channel.standing()])
            self._is_behind = False
        self._changed.set()

    def put(self, event: Event) -> None:
        if not self._is_behind:
            self._events.append(event)
            if len(self._events) > _WATCHER_EVENTS:
                self._fall_behind()
        self._changed.set()

    async def next(self) -> Event:
        while not self._is_behind and not self._events:
            self._changed.clear()
            await self._changed.wait()
        if self._is_behind:
            self._is_behind = False
            self._events = deque(self._channel.standing())
            return self._channel.snapshot()
        return self._events.popleft()

    def _fall_behind(self) -> None:
        self._is_behind = True
        self._events.clear()


class PlainStream:
    """In place of Markdown, where the text is none: one open block to the end."""

    def __init__(self) -> None:
        self.blocks: tuple[str, ...] = ()
        self.open_text = ""

    def feed(self, text: str) -> list[ClosedBlock]:
        self.open_text += text
        return []

    def finish(self) -> list[ClosedBlock]:
        return []


class Channel:
    def __init__(self, generation_id: str, *, is_plain: bool = False) -> None:
        self.generation_id = generation_id
        self.loading = asyncio.Lock()
        self.is_loaded = False
        self.last_id = "0-0"  # of the stream, as far as it was read
        self.seq = 0
        self.end: Finished | Failed | None = None
        self.wants_row = False  # there is a gap, or the end is in the row
        self.heard_at = time.monotonic()
        self._state: StateChanged | None = None
        self._prefix = ""
        self._text = ""  # without the prefix
        self._new_stream = PlainStream if is_plain else MarkdownStream
        self._markdown = self._new_stream()
        self._kept: deque[Event] = deque(maxlen=_KEPT_EVENTS)
        self._watchers: set[Watcher] = set()

    # Watchers

    @property
    def has_watchers(self) -> bool:
        return bool(self._watchers)

    def watcher_add(self) -> Watcher:
        watcher = Watcher(self)
        self._watchers.add(watcher)
        return watcher

    def watcher_remove(self, watcher: Watcher) -> None:
        self._watchers.discard(watcher)

    def snapshot(self) -> Snapshot:
        return Snapshot(
            generation_id=self.generation_id,
            seq=self.seq,
            blocks=tuple(self._markdown.blocks),
            open_text=self._markdown.open_text,
        )

    def standing(self) -> list[Event]:
        """What is true now beside the text: its state, or its end."""
        if self.end:
            return [self.end]
        return [self._state] if self._state else []

    def events_after(self, after: int | None) -> list[Event] | None:
        """The kept events with a seq above `after`; None if that is not exact."""
        texts = [e for e in self._kept if isinstance(e, TextDelta | BlockRendered)]
        if after is None or not texts or after > self.seq:
            return None
        # A block may share its seq with the text before it: did they see it or not?
        seqs = {e.seq for e in texts if isinstance(e, BlockRendered)}
        if after in seqs or not any(e.seq == after for e in texts):
            return None
        return [event for event in texts if event.seq > after]

    # From the stream

    def take(self, entries: Sequence[Entry]) -> None:
        """The next entries. A gap is left to whoever reads the row."""
        texts: list[str] = []
        explained: list[ExplainedToken] = []
        seq = self.seq
        for entry in entries:
            self.last_id = entry.id
            if entry.is_end:
                self.wants_row = True
            elif entry.is_resumption:
                self._append("".join(texts), seq, tuple(explained))
                texts.clear()
                explained.clear()
                self.state_set(StateChanged(self.generation_id, "resuming"))
            elif entry.first == seq + 1:
                texts.append(entry.text)
                explained += entry.explained
                seq = entry.seq
            elif entry.seq > seq:
                self.wants_row = True
        self._append("".join(texts), seq, tuple(explained))
        self.heard_at = time.monotonic()

    # From the row

    def start(self, prefix: str) -> None:
        self._prefix = prefix
        self._markdown.feed(prefix)

    def advance(self, *, seq: int, text: str) -> None:
        """The answer reads `text` after `seq` tokens; ours may be older."""
        if seq < self.seq or len(text) < len(self._text):
            return
        if text.startswith(self._text):
            self._append(text[len(self._text) :], seq)
        else:
            self._begin_again(seq, text)

    def finish(self, end: Finished | Failed, text: str) -> None:
        """The row's own words are the last ones."""
        if self.end:
            return
        if self._text != text:
            if text.startswith(self._text):
                self._append(text[len(self._text) :], end.seq)
            else:
                self._begin_again(end.seq, text)
        self.seq = max(self.seq, end.seq)
        self._send_blocks(self._markdown.finish())
        self.end = end
        self._send(end)

    def state_set(self, state: StateChanged) -> None:
        self.heard_at = time.monotonic()
        if state != self._state and not self.end:
            self._state = state
            self._send(state)

    @property
    def state(self) -> str:
        return self._state.state if self._state else ""

    def _append(
        self, text: str, seq: int, explained: tuple[ExplainedToken, ...] = ()
    ) -> None:
        if seq == self.seq and not text:
            return
        if self.state not in ("", "running"):
            self.state_set(StateChanged(self.generation_id, "running"))
        self.seq = seq
        self._text += text
        if not text and not explained:
            return  # half a character, or the beginning of a possible stop string
        self._send(TextDelta(self.generation_id, seq, text, explained))
        self._send_blocks(self._markdown.feed(text))

    def _send_blocks(self, blocks: Sequence[ClosedBlock]) -> None:
        for block in blocks:
            self._send(
                BlockRendered(
                    generation_id=self.generation_id,
                    seq=self.seq,
                    index=block.index,
                    length=block.length,
                    html=block.html,
                )
            )

    def _begin_again(self, seq: int, text: str) -> None:
        """What we showed is not what the row has: show the row."""
        self._markdown = self._new_stream()
        self._markdown.feed(self._prefix + text)
        self.seq, self._text = seq, text
        self._kept.clear()
        for watcher in self._watchers:
            watcher.begin(None)

    def _send(self, event: Event) -> None:
        self._kept.append(event)
        for watcher in self._watchers:
            watcher.put(event)
