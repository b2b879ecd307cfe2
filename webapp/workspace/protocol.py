"""The frames of a document's socket. docs/protocol-workspace.md explains them."""

from typing import Annotated, Literal, NotRequired, TypedDict
from uuid import UUID

import msgspec

from webapp.common.frames import Frame, frame_parse
from webapp.workspace.row_types import (
    CommentRow,
    Delta,
    LockRow,
    Person,
    PresenceRow,
    Row,
    RunRow,
)

VERSION = 1
MAX_VIEW = 500  # segments on view
MAX_TEXT_CHARS = 50_000

Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Version = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
Text = Annotated[str, msgspec.Meta(max_length=MAX_TEXT_CHARS)]


class ViewFrame(Frame, tag="view"):
    segments: Annotated[list[Id], msgspec.Meta(max_length=MAX_VIEW)]


class FocusFrame(Frame, tag="focus"):
    segment: Id | None
    take: bool = False  # also from somebody else who holds it


class EditFrame(Frame, tag="edit"):
    segment: Id
    version: Version
    target: Text
    origin: Literal["person", "memory", "machine", "source"] = "person"


class AcceptFrame(Frame, tag="accept"):
    segment: Id
    version: Version


class ApproveFrame(Frame, tag="approve"):
    segment: Id
    version: Version


class RejectFrame(Frame, tag="reject"):
    segment: Id
    version: Version
    reason: Text


class RestoreFrame(Frame, tag="restore"):
    segment: Id
    version: Version
    number: Version  # of the revision whose text comes back


class NextFrame(Frame, tag="next"):
    """Give me the next free segment: nobody else gets it while I hold it."""

    after: Id | None = None


class CommentFrame(Frame, tag="comment"):
    segment: Id
    text: Text


class ResolveFrame(Frame, tag="resolve"):
    comment: UUID


class DismissFrame(Frame, tag="dismiss"):
    """Set a warning of the checks aside, or bring it back."""

    segment: Id
    check: Annotated[str, msgspec.Meta(max_length=100)]  # the finding's id
    on: bool = True


class CompleteFrame(Frame, tag="complete"):
    """What follows this beginning? `number` is the client's own, and grows."""

    segment: Id
    prefix: Text
    number: Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class AlternativesFrame(Frame, tag="alternatives"):
    segment: Id


class PingFrame(Frame, tag="ping"):
    pass


ClientFrame = (
    ViewFrame
    | FocusFrame
    | EditFrame
    | AcceptFrame
    | ApproveFrame
    | RejectFrame
    | RestoreFrame
    | NextFrame
    | CommentFrame
    | ResolveFrame
    | DismissFrame
    | CompleteFrame
    | AlternativesFrame
    | PingFrame
)

_decoder: msgspec.json.Decoder[ClientFrame] = msgspec.json.Decoder(ClientFrame)


def parse_frame(data: bytes | str) -> ClientFrame:
    """Raises FrameError; its `ref` is the frame's own where one can be made out."""
    return frame_parse(_decoder, data)


class Hello(TypedDict):
    type: Literal["hello"]
    version: int
    document: str
    change: int  # the state of the document that the socket goes on from
    person: Person
    may: list[str]  # read, translate, review, manage


class Ok(TypedDict):
    type: Literal["ok"]
    ref: str | None
    row: NotRequired[Row]
    segment: NotRequired[int | None]  # of next: none left is null


class Error(TypedDict):
    type: Literal["error"]
    ref: str | None
    code: str
    message: str
    conflict: NotRequired["Conflict"]
    holder: NotRequired[Person]  # of a lock that is somebody else's


class Conflict(TypedDict):
    """Three sides of a stale save: merge, then save over `version`."""

    base: str  # what the person began from
    theirs: str  # what is stored now
    version: int
    person: Person | None


class Rows(TypedDict):
    type: Literal["rows"]
    change: int
    rows: list[Row]


class Structure(TypedDict):
    """Segments came or went (merge, split, an import): read the index again."""

    type: Literal["structure"]
    change: int


class Deltas(TypedDict):
    """Machine text of segments on view, as it is written."""

    type: Literal["deltas"]
    deltas: list[Delta]


class Presence(TypedDict):
    type: Literal["presence"]
    people: list[PresenceRow]
    locks: list[LockRow]


class Progress(TypedDict):
    type: Literal["progress"]
    run: RunRow | None
    counts: dict[str, int]  # segments by state


class Comments(TypedDict):
    """All comments of one segment, after one came or was resolved."""

    type: Literal["comments"]
    segment: int
    comments: list[CommentRow]


class Completion(TypedDict):
    """More of the answer to `complete`; an older number's is never sent."""

    type: Literal["completion"]
    segment: int
    number: int
    text: str  # all of the continuation so far
    done: bool
    error: NotRequired[str]


class Alternatives(TypedDict):
    type: Literal["alternatives"]
    segment: int
    texts: list[str]  # the best first
    error: NotRequired[str]


class Mention(TypedDict):
    """Somebody named this person in a comment, here or in another document."""

    type: Literal["mention"]


class Reload(TypedDict):
    """The client reads too slowly to be told each change: read what is shown again."""

    type: Literal["reload"]


class Reconnect(TypedDict):
    type: Literal["reconnect"]
    after: float


ServerFrame = (
    Hello
    | Ok
    | Error
    | Rows
    | Structure
    | Deltas
    | Presence
    | Progress
    | Comments
    | Completion
    | Alternatives
    | Mention
    | Reload
    | Reconnect
)
