"""The frames of the chat socket, both directions. docs/protocol.md explains them."""

from typing import Annotated, Any, Literal, NotRequired, TypedDict
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

VERSION = 1
MAX_FRAME_BYTES = 256 * 1024
MAX_REF_CHARS = 64

CLOSE_TOO_MANY = 1008
CLOSE_TOO_LARGE = 1009
CLOSE_TOO_SLOW = 1013
CLOSE_SIGNED_OUT = 4401


class FrameError(Exception):
    """A frame that is none of the protocol's; `message` says why, in words."""

    def __init__(self, message: str, ref: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.ref = ref


class _Frame(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    ref: Annotated[str, msgspec.Meta(max_length=MAX_REF_CHARS)] | None = None


class _Referring(msgspec.Struct):
    """Of any frame, also of an unknown one, as much as an answer needs."""

    ref: Annotated[str, msgspec.Meta(max_length=MAX_REF_CHARS)] | None = None


class OpenFrame(_Frame, tag="open"):
    conversation: UUID
    # The last message that the page shows; unset when it has just been rendered.
    leaf: UUID | msgspec.UnsetType | None = msgspec.UNSET


class CloseFrame(_Frame, tag="close"):
    pass


class SendFrame(_Frame, tag="send"):
    key: str
    text: str
    conversation: UUID | None = None
    parent: UUID | msgspec.UnsetType | None = msgspec.UNSET
    model: str | None = None
    preset: UUID | msgspec.UnsetType | None = msgspec.UNSET
    sampling: dict[str, Any] | None = None


class RegenerateFrame(_Frame, tag="regenerate"):
    key: str
    message: UUID
    model: str | None = None
    sampling: dict[str, Any] | None = None


class ContinueFrame(_Frame, tag="continue"):
    key: str
    message: UUID


class StopFrame(_Frame, tag="stop"):
    generation: UUID


class ResumeFrame(_Frame, tag="resume"):
    generation: UUID
    after: Annotated[int, msgspec.Meta(le=2**31)]


class PingFrame(_Frame, tag="ping"):
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
    try:
        return _decoder.decode(data)
    except msgspec.ValidationError as error:
        raise FrameError(
            _("This is no frame of the protocol: %(problem)s") % {"problem": error},
            ref=_ref_of(data),
        ) from error
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise FrameError(_("The frame is not valid JSON.")) from error


def _ref_of(data: bytes | str) -> str | None:
    try:
        return msgspec.json.decode(data, type=_Referring).ref
    except (msgspec.DecodeError, RecursionError):
        return None


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
    | Reconnect
)


def encode(frame: ServerFrame) -> str:
    # Rendered HTML is a subclass of str, which the encoder does not know.
    return msgspec.json.encode(frame, enc_hook=str.__str__).decode()
