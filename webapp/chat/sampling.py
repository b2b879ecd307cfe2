"""Which sampling settings an answer is written with."""

from collections.abc import Mapping
from typing import Any

from inference.sampling_params import SamplingParams, SettingError
from webapp.chat.models import Conversation
from webapp.chat.sampling_words import setting_message
from webapp.common.errors import ApplicationError
from webapp.generation.selectors import model_statuses, sampling_wished


def sampling_check(values: Mapping[str, Any]) -> SamplingParams:
    """Raises ApplicationError naming the setting that is unknown or out of range."""
    try:
        return SamplingParams.from_dict(values)
    except SettingError as error:
        raise ApplicationError(setting_message(error), code="sampling") from error


def sampling_in_force(conversation: Conversation) -> dict[str, Any]:
    """The conversation's own settings over its preset's over its model's."""
    status = model_statuses().get(conversation.model)
    wished = sampling_wished(status.info) if status else {}
    preset = conversation.preset
    return {**wished, **(preset.sampling if preset else {}), **conversation.sampling}
