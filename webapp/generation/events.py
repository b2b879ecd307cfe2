"""What a watcher of a generation receives, in order. docs/protocol.md has the frames.

`seq` counts the tokens of the generation itself, from 1; a prefix it goes on from is
not counted, and is part of the first Snapshot.
"""

from dataclasses import dataclass, field
from typing import Any

from webapp.generation.explanation import ExplainedToken


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All of the answer so far. Always first, and again when a gap cannot be filled."""

    generation_id: str
    seq: int
    blocks: tuple[str, ...]  # HTML of each closed Markdown block
    open_text: str  # plain text after the last closed block


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More text for the open block. seq is that of the last token in it."""

    generation_id: str
    seq: int
    text: str
    explained: tuple[ExplainedToken, ...] = ()  # its tokens, where that was asked for


@dataclass(frozen=True, slots=True)
class BlockRendered:
    """The first `length` characters of the open text are block `index`, as HTML."""

    generation_id: str
    seq: int
    index: int
    length: int
    html: str


@dataclass(frozen=True, slots=True)
class StateChanged:
    """Where the generation stands, for a sentence to the reader.

    state: queued (position, wait_seconds), loading (progress), running, resuming,
    unavailable (no worker, or a broken model; reason in words).
    """

    generation_id: str
    state: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finished:
    """Done or stopped. Every block is rendered before this."""

    generation_id: str
    seq: int
    finish_reason: str  # stop, length, cancelled
    output_tokens: int
    tokens_per_second: float


@dataclass(frozen=True, slots=True)
class Failed:
    """Ended without an answer; what was written stays. words.py makes a sentence."""

    generation_id: str
    seq: int
    code: str
    params: dict[str, Any] = field(default_factory=dict)


Event = Snapshot | TextDelta | BlockRendered | StateChanged | Finished | Failed
