"""What a reader receives, joined, is the text; whatever comes in whatever order."""

import asyncio
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from webapp.common.markdown import render
from webapp.generation.channel import Channel, Watcher
from webapp.generation.events import (
    BlockRendered,
    Event,
    Finished,
    Snapshot,
    StateChanged,
    TextDelta,
)
from webapp.generation.token_log import END_MARK, Entry

WORDS = ["# Ti", "tle\n\n", "Some *text*", " of two", " lines\n", "\n- a", "\n- b", "."]
TEXT = "".join(WORDS)


class Page:
    """Follows docs/protocol.md, as the browser does."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self.open = ""
        self.text = ""
        self.seq = 0
        self.snapshots = 0
        self.is_finished = False

    def take(self, event: Event) -> None:
        assert not self.is_finished
        if isinstance(event, StateChanged):
            return
        assert event.seq >= self.seq
        self.seq = event.seq
        if isinstance(event, Snapshot):
            self.blocks, self.open = list(event.blocks), event.open_text
            self.snapshots += 1
        elif isinstance(event, TextDelta):
            self.open += event.text
            self.text += event.text
        elif isinstance(event, BlockRendered):
            assert event.index == len(self.blocks)
            self.blocks.append(event.html)
            self.open = self.open[event.length :]
        else:
            self.is_finished = True


def entry(first: int, last: int) -> Entry:
    words = WORDS[first - 1 : last]
    ids = tuple(range(first, last + 1))
    return Entry(f"{last}-0", last, ids, "".join(words))


def finished(seq: int = len(WORDS)) -> Finished:
    return Finished("g", seq, "stop", seq, 1.0)


def read(watcher: Watcher, page: Page) -> None:
    """Everything that waits to be read."""

    async def until_empty() -> None:
        while watcher._is_behind or watcher._events:
            page.take(await watcher.next())

    asyncio.run(until_empty())


@given(
    cuts=st.lists(st.integers(1, len(WORDS)), max_size=6),
    join_at=st.integers(0, len(WORDS)),
)
def test_a_late_reader_ends_with_the_same_page(
    cuts: Sequence[int], join_at: int
) -> None:
    channel = Channel("g")
    ends = sorted({*cuts, len(WORDS)})
    page, watcher = Page(), channel.watcher_add()
    is_begun = False
    for first, last in zip([0, *ends], ends, strict=False):
        if first >= join_at and not is_begun:
            watcher.begin(None)
            is_begun = True
        channel.take([entry(first + 1, last)])
        read(watcher, page) if is_begun else None
    if not is_begun:
        watcher.begin(None)
    channel.finish(finished(), TEXT)
    read(watcher, page)
    assert (page.blocks, page.open) == (render(TEXT), "")
    assert page.is_finished and page.snapshots == 1


@given(
    st.lists(st.tuples(st.integers(1, len(WORDS)), st.integers(1, len(WORDS)))),
)
def test_doubled_and_missing_entries_change_no_text(
    spans: Sequence[tuple[int, int]],
) -> None:
    channel = Channel("g")
    watcher, page = channel.watcher_add(), Page()
    watcher.begin(None)
    read(watcher, page)
    for first, last in spans:
        if first <= last:
            channel.take([entry(first, last)])
    read(watcher, page)
    assert page.text == "".join(WORDS[: channel.seq])
    channel.finish(finished(), TEXT)
    read(watcher, page)
    assert page.text == TEXT


def test_a_gap_is_left_to_the_row() -> None:
    channel = Channel("g")
    channel.take([entry(1, 2), entry(5, 6)])
    assert (channel.seq, channel.wants_row) == (2, True)
    channel.advance(seq=6, text="".join(WORDS[:6]))
    assert channel.seq == 6


def test_an_end_in_the_stream_sends_to_the_row() -> None:
    channel = Channel("g")
    channel.take([Entry(f"0-{END_MARK}", 0, is_end=True)])
    assert channel.wants_row and channel.end is None


def test_who_reads_too_slowly_gets_one_snapshot_instead() -> None:
    channel = Channel("g")
    watcher, page = channel.watcher_add(), Page()
    watcher.begin(None)
    read(watcher, page)
    for number in range(1, 2001):
        channel.take([Entry(f"{number}-0", number, (number,), "word ")])
    assert len(watcher._events) <= 256
    read(watcher, page)
    assert (page.open, page.snapshots) == ("word " * 2000, 2)


def test_what_was_missed_comes_without_a_snapshot() -> None:
    channel = Channel("g")
    for number in range(1, 6):
        channel.take([Entry(f"{number}-0", number, (number,), f"{number} ")])
    watcher, page = channel.watcher_add(), Page()
    watcher.begin(3)
    read(watcher, page)
    assert (page.text, page.snapshots, page.seq) == ("4 5 ", 0, 5)


def test_a_block_that_may_have_been_missed_costs_a_snapshot() -> None:
    channel = Channel("g")
    channel.take([Entry("1-0", 1, (1,), "# Title\n\nand")])
    channel.take([Entry("2-0", 2, (2,), " more")])
    watcher, page = channel.watcher_add(), Page()
    watcher.begin(1)
    read(watcher, page)
    assert page.snapshots == 1


def test_the_future_cannot_be_resumed() -> None:
    channel = Channel("g")
    channel.take([Entry("1-0", 1, (1,), "to")])
    assert channel.events_after(99) is None


def test_a_resumption_is_told_and_then_it_runs() -> None:
    channel = Channel("g")
    watcher = channel.watcher_add()
    watcher.begin(None)
    channel.take([entry(1, 1), Entry("1-2", 1), entry(2, 2)])
    events = [channel.snapshot(), *channel.standing()]
    assert events[-1] == StateChanged("g", "running")
    assert StateChanged("g", "resuming") in channel._kept


def test_the_rows_words_are_the_last_ones() -> None:
    channel = Channel("g")
    watcher, page = channel.watcher_add(), Page()
    watcher.begin(None)
    channel.take([entry(1, 3)])
    channel.finish(finished(), "Something else")
    read(watcher, page)
    assert page.blocks == render("Something else")
    assert page.is_finished


def test_it_goes_on_from_a_prefix() -> None:
    channel = Channel("g")
    channel.start("# Ti")
    watcher, page = channel.watcher_add(), Page()
    watcher.begin(None)
    channel.take([Entry("1-0", 1, (1,), "tle\n")])
    channel.finish(finished(1), "tle\n")
    read(watcher, page)
    assert page.blocks == render("# Title\n")
