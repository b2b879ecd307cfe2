"""What the two processes say to each other, one message a frame, as MessagePack.

Orders go to the models, reports come back. A constraint of tokens is code, and cannot
be sent.
"""

from collections.abc import Sequence

import msgspec

from inference.config import EngineConfig
from inference.contract import (
    EngineEvent,
    GenerationRequest,
    ModelStatus,
    PromptReady,
    TokenChunk,
)
from inference.model_slot import WantedVersion


class Message(msgspec.Struct, frozen=True, tag=True):
    pass


class Begin(Message, frozen=True, tag=True):
    """The first of all. `models_home`: a path."""

    models: tuple[str, ...]
    config: EngineConfig
    models_home: str
    versions: dict[str, WantedVersion]


class Submit(Message, frozen=True, tag=True):
    request: GenerationRequest


class Cancel(Message, frozen=True, tag=True):
    request_id: str


class Retry(Message, frozen=True, tag=True):
    pass


class Want(Message, frozen=True, tag=True):
    versions: dict[str, WantedVersion]


class Tidy(Message, frozen=True, tag=True):
    pass


class Close(Message, frozen=True, tag=True):
    pass


Order = Begin | Submit | Cancel | Retry | Want | Tidy | Close


class Events(Message, frozen=True, tag=True):
    """Of one step. A prompt is always told before its first token."""

    prompts: tuple[PromptReady, ...]
    chunks: tuple[TokenChunk, ...]

    @classmethod
    def of(cls, events: Sequence[EngineEvent]) -> "Events":
        return cls(
            tuple(event for event in events if isinstance(event, PromptReady)),
            tuple(event for event in events if isinstance(event, TokenChunk)),
        )


class Status(Message, frozen=True, tag=True):
    status: ModelStatus


class Alive(Message, frozen=True, tag=True):
    """last_step_at: time.monotonic(), which all processes of a machine share."""

    last_step_at: float


Report = Events | Status | Alive

_orders = msgspec.msgpack.Decoder[Order](Order)
_reports = msgspec.msgpack.Decoder[Report](Report)

encode = msgspec.msgpack.Encoder().encode


def order_decode(data: bytes) -> Order:
    order: Order = _orders.decode(data)
    return order


def report_decode(data: bytes) -> Report:
    report: Report = _reports.decode(data)
    return report
