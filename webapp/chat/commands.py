"""From a frame that changes something to the one service that does it."""

from msgspec import UNSET

from webapp.accounts.models import User
from webapp.chat.protocol import (
    ContinueFrame,
    RegenerateFrame,
    SendFrame,
    StopFrame,
)
from webapp.chat.services import (
    KEPT,
    LAST,
    Sent,
    generation_stop,
    message_continue,
    message_regenerate,
    message_send,
)

Command = SendFrame | RegenerateFrame | ContinueFrame | StopFrame


def command_run(*, person: User, frame: Command) -> Sent | None:
    """Raises ApplicationError in words."""
    match frame:
        case SendFrame():
            return _send(person, frame)
        case RegenerateFrame():
            return message_regenerate(
                person=person,
                key=frame.key,
                message_id=frame.message,
                model=frame.model,
                sampling=frame.sampling,
            )
        case ContinueFrame():
            return message_continue(
                person=person, key=frame.key, message_id=frame.message
            )
        case StopFrame():
            generation_stop(person=person, generation_id=frame.generation)
            return None


def _send(person: User, frame: SendFrame) -> Sent:
    return message_send(
        person=person,
        key=frame.key,
        text=frame.text,
        conversation_id=frame.conversation,
        parent_id=LAST if frame.parent is UNSET else frame.parent,
        model=frame.model,
        preset_id=KEPT if frame.preset is UNSET else frame.preset,
        sampling=frame.sampling,
    )
