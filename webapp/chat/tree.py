"""The messages of one conversation as a tree, read with one narrow query."""

import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from webapp.chat.models import Conversation, Message

# Long columns of a generation that no page shows.
_UNSHOWN = [
    f"generation__{name}"
    for name in (
        "messages",
        "prompt_token_ids",
        "prefix_token_ids",
        "output_token_ids",
        "explanation",
    )
]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands on the branch, and what could stand there instead."""

    message_id: uuid.UUID
    siblings: tuple[uuid.UUID, ...]  # itself among them, oldest first

    @property
    def index(self) -> int:
        return self.siblings.index(self.message_id)


class Tree:
    def __init__(self, conversation: Conversation) -> None:
        self._parents: dict[uuid.UUID, uuid.UUID | None] = {}
        self._children: dict[uuid.UUID | None, list[uuid.UUID]] = defaultdict(list)
        rows = conversation.messages.order_by("created_at", "id")
        for message_id, parent_id in rows.values_list("id", "parent_id"):
            self._parents[message_id] = parent_id
            self._children[parent_id].append(message_id)

    def path(self, leaf: uuid.UUID | None) -> list[Place]:
        """From the first message to `leaf`."""
        places: list[Place] = []
        while leaf is not None:
            parent = self._parents[leaf]
            places.append(Place(leaf, tuple(self._children[parent])))
            leaf = parent
        return places[::-1]

    def newest_leaf(self, message_id: uuid.UUID) -> uuid.UUID:
        """The end of the branch through this message, by the newest turns."""
        while self._children[message_id]:
            message_id = self._children[message_id][-1]
        return message_id


def messages_shown(conversation: Conversation) -> QuerySet[Message]:
    """Messages with what a page needs of their generations."""
    return conversation.messages.select_related("generation").defer(*_UNSHOWN)


def branch_messages(
    conversation: Conversation, leaf: uuid.UUID | None
) -> list[Message]:
    """The messages from the first to `leaf`, with their texts."""
    path = Tree(conversation).path(leaf)
    ids = [place.message_id for place in path]
    found = messages_shown(conversation).in_bulk(ids)
    return [found[message_id] for message_id in ids]
