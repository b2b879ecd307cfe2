"""Everything that changes a conversation, its messages or a preset."""

from webapp.chat.services.conversations import (
    conversation_configure,
    conversation_delete,
    conversation_rename,
    conversation_restore,
)
from webapp.chat.services.messages import (
    KEPT,
    LAST,
    Sent,
    branch_select,
    generation_stop,
    message_continue,
    message_regenerate,
    message_send,
)
from webapp.chat.services.presets import preset_create, preset_delete, preset_update

__all__ = [
    "KEPT",
    "LAST",
    "Sent",
    "branch_select",
    "conversation_configure",
    "conversation_delete",
    "conversation_rename",
    "conversation_restore",
    "generation_stop",
    "message_continue",
    "message_regenerate",
    "message_send",
    "preset_create",
    "preset_delete",
    "preset_update",
]
