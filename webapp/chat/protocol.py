"""The frames of the chat socket, both directions. docs/protocol.md explains them."""

from typing import Annotated, Any, Literal, NotRequired, TypedDict
from uuid import UUID

import msgspec

from webapp.common.frames import Frame, frame_parse

VERSION = 1


class OpenFrame(Frame, tag="open"):
    conversation: UUID
    # The last message that the page shows; unset when it has just been rendered.
    leaf: UUID | msgspec.UnsetType | None = msgspec.UNSET


class CloseFrame(Frame, tag="close"):
    pass


class SendFrame(Frame, tag="send"):
    key: str
    text: str
    conversation: UUID | None = None
    parent: UUID | msgspec.UnsetType | None = msgspec.UNSET
    model: str | None = None
    preset: UUID | msgspec.UnsetType | None = msgspec.UNSET
    sampling: dict[str, Any] | None = None


class RegenerateFrame(Frame, tag="regenerate"):
    key: str
    message: UUID
    model: str | None = None
    sampling: dict[str, Any] | None = None


class ContinueFrame(Frame, tag="continue"):
    key: str
    message: UUID


class StopFrame(Frame, tag="stop"):
    generation: UUID


class ResumeFrame(Frame, tag="resume"):
    generation: UUID
    after: Annotated[int, msgspec.Meta(le=2**31)]


class PingFrame(Frame, tag="ping"):
    pass


ClientFrame = (
    OpenFrame
    | CloseFrame
    | SendFrame
    | RegenerateFrame
    | ContinueFrame
    | StopFrame
    | ResumeFrame
    | PingFrame
)


_decoder: msgspec.json.Decoder[ClientFrame] = msgspec.json.Decoder(ClientFrame)


def parse_frame(data: bytes | str) -> ClientFrame:
    """Raises FrameError; its `ref` is the frame's own where one can be made out."""
    return frame_parse(_decoder, data)


class Hello(TypedDict):
    type: Literal["hello"]
    version: int


class Ok(TypedDict):
    type: Literal["ok"]
    ref: str | None
    conversation: NotRequired[str]
    url: NotRequired[str]
    message: NotRequired[str]
    generation: NotRequired[str]


class Error(TypedDict):
    type: Literal["error"]
    ref: str | None
    code: str
    message: str


class Messages(TypedDict):
    type: Literal["messages"]
    conversation: str
    leaf: str | None
    parent: str | None
    html: str


class SnapshotFrame(TypedDict):
    type: Literal["snapshot"]
    generation: str
    seq: int
    blocks: list[str]
    open: str


class Delta(TypedDict):
    type: Literal["delta"]
    generation: str
    seq: int
    text: str


class Block(TypedDict):
    type: Literal["block"]
    generation: str
    seq: int
    index: int
    length: int
    html: str


class State(TypedDict):
    type: Literal["state"]
    generation: str
    state: str
    message: str


class FinishedFrame(TypedDict):
    type: Literal["finished"]
    generation: str
    seq: int
    reason: str
    tokens: int
    tokens_per_second: float
    html: str


class FailedFrame(TypedDict):
    type: Literal["failed"]
    generation: str
    seq: int
    code: str
    message: str
    html: str


class List(TypedDict):
    type: Literal["list"]


class ModelChoice(TypedDict):
    name: str
    label: str
    reads_one_message: bool
    sampling: dict[str, float]


class Models(TypedDict):
    type: Literal["models"]
    models: list[ModelChoice]


class Reconnect(TypedDict):
    type: Literal["reconnect"]
    after: float


ServerFrame = (
    Hello
    | Ok
    | Error
    | Messages
    | SnapshotFrame
    | Delta
    | Block
    | State
    | FinishedFrame
    | FailedFrame
    | List
    | Models
    | Reconnect
)
