"""What all sockets have in common: JSON frames, how they are read, how one closes."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

import msgspec
from django.utils.translation import gettext as _

MAX_FRAME_BYTES = 256 * 1024
MAX_REF_CHARS = 64

CLOSE_TOO_MANY = 1008
CLOSE_TOO_LARGE = 1009
CLOSE_TOO_SLOW = 1013
CLOSE_SIGNED_OUT = 4401
CLOSE_NOT_FOUND = 4404

T = TypeVar("T")


class FrameError(Exception):
    """A frame that is none of the protocol's; `message` says why, in words."""

    def __init__(self, message: str, ref: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.ref = ref


class Frame(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Of the client. Subclasses give their tag and their fields."""

    ref: Annotated[str, msgspec.Meta(max_length=MAX_REF_CHARS)] | None = None


class _Referring(msgspec.Struct):
    """Of any frame, also of an unknown one, as much as an answer needs."""

    ref: Annotated[str, msgspec.Meta(max_length=MAX_REF_CHARS)] | None = None


def frame_parse(decoder: "msgspec.json.Decoder[T]", data: bytes | str) -> T:
    """Raises FrameError; its `ref` is the frame's own where one can be made out."""
    try:
        return decoder.decode(data)
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


def frame_encode(frame: Mapping[str, Any]) -> str:
    # Rendered HTML is a subclass of str, which the encoder does not know.
    return msgspec.json.encode(frame, enc_hook=str.__str__).decode()
