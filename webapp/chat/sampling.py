"""Which sampling settings an answer is written with."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from inference.contract import SamplingParams
from webapp.chat.models import Conversation
from webapp.common.errors import ApplicationError


def sampling_check(values: Mapping[str, Any]) -> SamplingParams:
    """Raises ApplicationError naming the setting that is unknown or out of range."""
    try:
        return SamplingParams.from_dict(values)
    except (TypeError, ValueError) as error:
        raise ApplicationError(
            _("Sampling settings: %(problem)s") % {"problem": error}, code="sampling"
        ) from error


def sampling_in_force(conversation: Conversation) -> dict[str, Any]:
    """The conversation's own settings over its preset's."""
    preset = conversation.preset
    return {**(preset.sampling if preset else {}), **conversation.sampling}
