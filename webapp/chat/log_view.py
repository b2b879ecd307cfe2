"""What one open page shows of a conversation, and what to send when that changes."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.template.loader import render_to_string

from webapp.accounts.models import User
from webapp.chat.entries import Entry, branch
from webapp.chat.selectors import conversation_get


@dataclass(frozen=True, slots=True)
class LogView:
    """A branch as it was read: enough to tell what differs later."""

    conversation_id: uuid.UUID
    leaf_id: uuid.UUID | None = None
    signatures: tuple[tuple[object, ...], ...] = ()
    generations: frozenset[uuid.UUID] = field(default_factory=frozenset)
    running: tuple[uuid.UUID, ...] = ()  # those whose answers are still being written


@dataclass(frozen=True, slots=True)
class LogChange:
    """After `parent_id` the log now reads `html`; nothing differs where it is None."""

    view: LogView
    parent_id: uuid.UUID | None = None
    html: str | None = None
    rewritten: frozenset[uuid.UUID] = field(default_factory=frozenset)  # running ones


def log_read(
    *,
    person: User,
    conversation_id: uuid.UUID,
    shown: Sequence[tuple[object, ...]] | None,
) -> LogChange:
    """The branch on view against what the page shows; None: it shows just that.

    Words and times are in the active language and zone.
    Raises NotFoundError once the conversation is deleted.
    """
    conversation = conversation_get(person=person, conversation_id=conversation_id)
    entries = branch(conversation)
    signatures = tuple(entry.signature for entry in entries)
    view = LogView(
        conversation_id=conversation.pk,
        leaf_id=conversation.leaf_id,
        signatures=signatures,
        generations=frozenset(e.generation.pk for e in entries if e.generation),
        running=_running(entries),
    )
    if shown is None or tuple(shown) == signatures:
        return LogChange(view)
    same = _same_at_start(shown, signatures)
    html = render_to_string("chat/_log.html", {"messages": entries[same:]})
    return LogChange(
        view=view,
        parent_id=entries[same - 1].message.pk if same else None,
        html=html,
        rewritten=frozenset(_running(entries[same:])),
    )


def _running(entries: Sequence[Entry]) -> tuple[uuid.UUID, ...]:
    return tuple(
        entry.generation.pk
        for entry in entries
        if entry.generation and entry.is_running
    )


def _same_at_start(
    one: Sequence[tuple[object, ...]], other: Sequence[tuple[object, ...]]
) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
