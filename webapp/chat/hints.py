"""Tell open pages of what changed; other tabs see a lost hint at their next reload."""

import uuid

from webapp.accounts.hints import person_group
from webapp.common.hints import hint_on_commit


def conversation_group(conversation_id: uuid.UUID) -> str:
    return f"conversation.{conversation_id}"


def conversation_changed(conversation_id: uuid.UUID) -> None:
    """After the commit: the branch on view, or a message of it, is another one."""
    hint_on_commit(conversation_group(conversation_id), "changed")


def list_changed(person_id: uuid.UUID) -> None:
    """After the commit: titles, order or number of the conversations are others."""
    hint_on_commit(person_group(person_id), "list")
