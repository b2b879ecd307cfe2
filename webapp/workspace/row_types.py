"""Segments, people and comments as JSON: in the frames, and by HTTP."""

from typing import Literal, NotRequired, TypedDict


class Person(TypedDict):
    id: str
    name: str


class Finding(TypedDict):
    """Of a check. `message` is in the reader's language."""

    id: str  # by which it is set aside
    check: str
    severity: Literal["error", "warning"]
    message: str
    start: int | None  # in the target, in code points
    end: int | None
    dismissed: bool


class Row(TypedDict):
    """A segment as the list shows it. Texts that never change come by HTTP once."""

    id: int
    version: int
    target: str
    state: str
    origin: str
    machine: str  # "", waiting, running, failed
    machine_text: str
    confidence: float | None
    error: str  # why the model failed, in the reader's language
    rejection: str
    checks: list[Finding]
    edited_by: Person | None
    reviewed_by: Person | None
    comments: int  # open ones
    history: int  # revisions


class SourceRow(Row):
    """With all that the first look needs."""

    position: int
    unit: str
    part: int
    plural: str  # CLDR category, or empty
    plural_group: str
    plural_examples: list[int]
    source: str
    context: str
    notes: str
    max_length: int | None
    location: str
    placeholders: str
    codes: list[str]


class Delta(TypedDict):
    segment: int
    seq: int
    text: str
    restart: NotRequired[bool]  # text is all of it, not what follows


class LockRow(TypedDict):
    segment: int
    person: Person


class PresenceRow(TypedDict):
    person: Person
    segment: int | None


class RunRow(TypedDict):
    id: str
    model: str
    state: str  # running, paused, cancelled, done
    total: int
    done: int
    failed: int
    rate: float  # segments a second
    seconds_left: float | None
    message: str  # why it stands, in words; empty while all is well


class CommentRow(TypedDict):
    id: str
    segment: int
    person: Person | None
    text: str
    created_at: str
    resolved: bool
    mentions: list[Person]
