"""What happens to answers and models, as the frames that tell a page of it."""

import uuid
from collections.abc import Sequence

from django.template.loader import render_to_string
from django.utils import translation

from webapp.chat.entries import entry_of
from webapp.chat.models import Message
from webapp.chat.protocol import ServerFrame
from webapp.generation.events import (
    BlockRendered,
    Event,
    Failed,
    Finished,
    Snapshot,
    StateChanged,
    TextDelta,
)
from webapp.generation.selectors import ModelOffer
from webapp.generation.words import error_message, state_message


def frame_of(event: Event, *, language: str, foot: str = "") -> ServerFrame:
    """foot: the HTML under an answer that has ended."""
    with translation.override(language):
        match event:
            case Finished() | Failed():
                return _end(event, foot)
            case StateChanged():
                return {
                    "type": "state",
                    "generation": event.generation_id,
                    "state": event.state,
                    "message": state_message(event),
                }
            case _:
                return _text(event)


def _text(event: Snapshot | TextDelta | BlockRendered) -> ServerFrame:
    match event:
        case Snapshot():
            return {
                "type": "snapshot",
                "generation": event.generation_id,
                "seq": event.seq,
                "blocks": list(event.blocks),
                "open": event.open_text,
            }
        case TextDelta():
            return {
                "type": "delta",
                "generation": event.generation_id,
                "seq": event.seq,
                "text": event.text,
            }
        case BlockRendered():
            return {
                "type": "block",
                "generation": event.generation_id,
                "seq": event.seq,
                "index": event.index,
                "length": event.length,
                "html": event.html,
            }


def _end(event: Finished | Failed, foot: str) -> ServerFrame:
    if isinstance(event, Finished):
        return {
            "type": "finished",
            "generation": event.generation_id,
            "seq": event.seq,
            "reason": event.finish_reason,
            "tokens": event.output_tokens,
            "tokens_per_second": event.tokens_per_second,
            "html": foot,
        }
    return {
        "type": "failed",
        "generation": event.generation_id,
        "seq": event.seq,
        "code": event.code,
        "message": error_message(event.code, event.params),
        "html": foot,
    }


def models_frame(offers: Sequence[ModelOffer], *, language: str) -> ServerFrame:
    """What the picker says from now on."""
    with translation.override(language):
        return {
            "type": "models",
            "models": [
                {
                    "name": offer.name,
                    "label": offer.text,
                    "reads_one_message": offer.reads_one_message,
                    "sampling": dict(offer.sampling),
                }
                for offer in offers
            ],
        }


def foot_render(*, generation_id: uuid.UUID) -> str:
    """Empty when no message shows this generation any more: it was carried on."""
    message = (
        Message.objects.filter(generation_id=generation_id)
        .select_related("conversation", "generation")
        .first()
    )
    if message is None:
        return ""
    return render_to_string("chat/_message_foot.html", {"entry": entry_of(message)})
